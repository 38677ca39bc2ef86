/** What the commands about catalogues answer. */
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer/answer.ts";
import { all, DIGEST, documentCases, set } from "./case.ts";

const CATALOG = "gait.catalog.output";
const AT = "2026-11-25T00:00:00.000Z";
const PACK = {
  ...{ sha256: DIGEST, size: 9, location: "a.zip", pack_id: DIGEST, pack_type: "run", source_ref: "run_1" },
  ...{
    first_at: AT,
    last_at: AT,
    calls: 2,
    not_ok: 1,
    tool_calls: 1,
    tool_not_ok: 1,
    verdict: "authentic",
    findings: [],
  },
  ...{ trust_id: DIGEST, verified_at: AT, signers: [{ key_id: DIGEST, status: "verified" }] },
};
const REQUIRED = ["sha256", "size", "location", "verdict", "findings", "trust_id", "verified_at", "signers"];
const SIGNER = ["signers.0.key_id", "signers.0.status"];
const OPTIONAL = [
  "pack_id",
  "pack_type",
  "source_ref",
  "first_at",
  "last_at",
  "calls",
  "not_ok",
  "tool_calls",
  "tool_not_ok",
];

export const CATALOG_CASES = [
  documentCases({
    path: "output/catalog",
    good: {
      ...{ ...base(CATALOG, "build"), into: "packs.sqlite", outcome: "created", files: 2, runs: 1, receipts: 9 },
      ...{ packs_new: 8, packs: 8, unjudged: 0 },
      collections: [{ name: "agents", origin: "example.org/agents", entries: 3, entries_new: 1 }],
    },
    closed: true,
    required: [
      ...[...BASE, "into", "outcome", "files", "runs", "receipts", "packs_new", "packs", "unjudged"],
      ...["name", "origin", "entries", "entries_new"].map((name) => `collections.0.${name}`),
    ],
    optional: ["collections"],
    fits: { ...ANSWER_FITS, "a catalogue of another version": set("outcome", "rebuilt") },
    fails: {
      ...ANSWER_FAILS,
      "an outcome is known": set("outcome", "replaced"),
      "a count is whole": set("packs", 0.5),
      "a log has nothing else": set("collections.0.root", "AAAA"),
    },
  }),
  documentCases({
    path: "output/catalog",
    good: { ...base(CATALOG, "query"), db: "packs.sqlite", packs: [PACK] },
    closed: true,
    required: [...BASE, "db", "packs", ...[...REQUIRED, ...SIGNER].map((name) => `packs.0.${name}`)],
    optional: OPTIONAL.map((name) => `packs.0.${name}`),
    fits: { ...ANSWER_FITS, "no pack": set("packs", []) },
    fails: {
      ...ANSWER_FAILS,
      "a verdict is known": set("packs.0.verdict", "good"),
      "rows are of a SELECT": set("rows", []),
    },
  }),
  documentCases({
    path: "output/catalog",
    good: {
      ...base(CATALOG, "query"),
      db: "packs.sqlite",
      columns: ["a", "b", "c"],
      rows: [{ a: "x", b: 1.5, c: null }],
    },
    closed: true,
    required: [...BASE, "db", "columns", "rows"],
    optional: [],
    fits: { ...ANSWER_FITS, "no row": set("rows", []), "no column": all(set("columns", []), set("rows", [])) },
    fails: { ...ANSWER_FAILS, "a row has names": set("rows.0", ["x"]) },
  }),
  documentCases({
    path: "output/catalog-pack",
    good: PACK,
    closed: true,
    required: [...REQUIRED, ...SIGNER],
    optional: OPTIONAL,
    fits: { "nobody signed": set("signers", []), "a finding": set("findings", ["zip_truncated"]) },
    fails: { "a status is known": set("signers.0.status", "maybe"), "a digest is one": set("sha256", "x") },
  }),
];
