/** What a store and a collection hold, and what their commands answer. */
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer/answer.ts";
import { all, DIGEST, documentCases, PAST_SAFE, set, TIME } from "./case.ts";

const STORE = "gait.store.output";
const COLLECTION = "gait.collection.output";
const KEY = `packs/2026/11/25/${DIGEST}.zip`;
const LOCK = { mode: "governance", until: "2027-06-01T00:00:00Z", legal_hold: false };
const FINDING = { code: "pack_missing", message: "it is not there", path: `${DIGEST}.zip`, hint: "look for it" };
const LOG = { store: "evidence", name: "agents" };
const HEAD = { origin: "example.org/agents", size: 2, root: "AAAA" };
const PUT = { path: "a.zip", key: KEY, sha256: DIGEST, size: 9, outcome: "created", beside: [`${KEY}.sig`] };
const REFUSED = { path: "b.zip", reason: "failed", error: "1 finding", findings: [FINDING] };
const COUNTED = { entries: 2, present: 1, removed: 0, missing: 1, changed: 0, unlisted: 0, pending: 0 };
const REMOVAL = { sha256: DIGEST, pack_id: DIGEST, reason: "erasure", index: 0, removal_index: 1, head: 2 };

const RECEIPT_RUN = {
  ...{ first_at: TIME, last_at: TIME, calls: 2, not_ok: 1 },
  tools: [{ name: "lookup", calls: 2, not_ok: 1 }],
};

export const STORE_CASES = [
  documentCases({
    path: "receipt",
    good: {
      ...{ schema_id: "gait.receipt", schema_version: "1.0.0", location: "a.zip", sha256: DIGEST, size: 9 },
      ...{ verdict: "intact", reason: "unsigned", findings: [], trust_id: DIGEST, verified_at: TIME, gait: "1.0.0" },
      ...{ pack_id: DIGEST, pack_type: "run", source_ref: "run_1" },
      signers: [{ key_id: DIGEST, status: "not_checked" }],
      ...RECEIPT_RUN,
    },
    closed: true,
    required: [
      ...["schema_id", "schema_version", "location", "sha256", "size", "verdict", "reason", "findings", "trust_id"],
      ...["verified_at", "gait", "signers", "signers.0.key_id", "signers.0.status"],
      ...["tools.0.name", "tools.0.calls", "tools.0.not_ok"],
    ],
    optional: ["pack_id", "pack_type", "source_ref", "first_at", "last_at", "calls", "not_ok", "tools"],
    fits: { "a finding": set("findings", ["hash_mismatch"]), "nobody signed": set("signers", []) },
    fails: {
      "a verdict is known": set("verdict", "good"),
      "a digest in capitals": set("sha256", "A".repeat(64)),
      "a trust id is a digest": set("trust_id", "mine"),
      "a time is one": set("verified_at", "now"),
      "a status is known": set("signers.0.status", "maybe"),
      "a tool that is listed was called": set("tools.0.calls", 0),
      "a count is whole": set("calls", 0.5),
      "a location is not empty": set("location", ""),
    },
  }),
  documentCases({
    path: "store",
    good: {
      ...{ schema_id: "gait.store", schema_version: "1.0.0", layout: 1 },
      retention: { days: 183, mode: "governance" },
    },
    closed: true,
    required: ["schema_id", "schema_version", "layout", "retention", "retention.days", "retention.mode"],
    optional: [],
    fits: { "the stricter mode": set("retention.mode", "compliance"), "ten years": set("retention.days", 3650) },
    fails: {
      "another layout": set("layout", 2),
      "another version": set("schema_version", "1.0.1"),
      "no day": set("retention.days", 0),
      "a mode is known": set("retention.mode", "none"),
      "the retention has nothing else": set("retention.until", "x"),
    },
  }),
  documentCases({
    path: "collection/entry",
    good: { pack_id: DIGEST, sha256: DIGEST, size: 9, type: "pack" },
    closed: true,
    required: ["pack_id", "sha256", "size", "type"],
    optional: [],
    fits: {
      "the largest size": set("size", Number.MAX_SAFE_INTEGER),
      "the short id of an evidence pack": set("pack_id", "pack_0123456789abcdef"),
    },
    fails: {
      "hex is lower-case": set("sha256", DIGEST.toUpperCase()),
      "an id in capitals": set("pack_id", DIGEST.toUpperCase()),
      "an id that no pack has": set("pack_id", "pack_0"),
      "a file has bytes": set("size", 0),
      "a size is whole": set("size", 1.5),
      "a size past 2^53": set("size", PAST_SAFE),
      "a type is known": set("type", "run"),
    },
  }),
  documentCases({
    path: "output/store",
    good: { ...base(STORE, "put"), store: "evidence", packs: [PUT], refused: [] },
    closed: true,
    required: [
      ...BASE,
      "store",
      "packs",
      "refused",
      "packs.0.key",
      "packs.0.sha256",
      "packs.0.outcome",
      "packs.0.beside",
    ],
    optional: [],
    fits: {
      ...ANSWER_FITS,
      "what was refused": set("refused", [REFUSED]),
      "nothing put": set("packs", []),
    },
    fails: {
      ...ANSWER_FAILS,
      "an outcome is known": set("packs.0.outcome", "replaced"),
      "a refusal has a reason": set("refused", [{ ...REFUSED, reason: "" }]),
      "a pack has nothing else": set("packs.0.verdict", "intact"),
    },
  }),
  documentCases({
    path: "output/store",
    good: {
      ...base(STORE, "init"),
      store: "evidence",
      outcome: "created",
      retention: { days: 183, mode: "governance" },
      object_lock: true,
    },
    closed: true,
    required: [...BASE, "store", "outcome", "retention"],
    optional: ["object_lock"],
    fits: ANSWER_FITS,
    fails: ANSWER_FAILS,
  }),
  documentCases({
    path: "output/store",
    good: { ...base(STORE, "get"), store: "evidence", files: [{ key: KEY, path: "a.zip", outcome: "created" }] },
    closed: true,
    required: [...BASE, "store", "files", "files.0.key", "files.0.path", "files.0.outcome"],
    optional: [],
    fits: ANSWER_FITS,
    fails: ANSWER_FAILS,
  }),
  documentCases({
    path: "output/store",
    good: {
      ...base(STORE, "ls"),
      store: "evidence",
      packs: [{ key: KEY, sha256: DIGEST, size: 9, lock: LOCK }],
      beside: 1,
      foreign: 0,
    },
    closed: true,
    required: [
      ...BASE,
      "store",
      "packs",
      "beside",
      "foreign",
      "packs.0.key",
      "packs.0.sha256",
      "packs.0.size",
      "packs.0.lock.legal_hold",
    ],
    optional: ["packs.0.lock", "packs.0.lock.mode", "packs.0.lock.until"],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a count is none below 0": set("foreign", -1) },
  }),
  ...["hold add", "hold remove", "retain"].map((operation) =>
    documentCases({
      path: "output/store",
      good: { ...base(STORE, operation), store: "evidence", objects: [{ key: KEY, outcome: "changed", lock: LOCK }] },
      closed: true,
      required: [
        ...[...BASE, "store", "objects", "objects.0.key", "objects.0.outcome", "objects.0.lock"],
        "objects.0.lock.legal_hold",
      ],
      optional: ["objects.0.lock.mode", "objects.0.lock.until"],
      fits: ANSWER_FITS,
      fails: { ...ANSWER_FAILS, "an outcome is one of two": set("objects.0.outcome", "created") },
    }),
  ),
];

export const COLLECTION_CASES = [
  documentCases({
    path: "output/collection",
    good: {
      ...base(COLLECTION, "init"),
      ...LOG,
      origin: "example.org/agents",
      vkey: "a+00000000+AA==",
      outcome: "created",
    },
    closed: true,
    required: [...BASE, "store", "name", "origin", "vkey", "outcome"],
    optional: [],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "an outcome is known": set("outcome", "replaced") },
  }),
  documentCases({
    path: "output/collection",
    good: { ...base(COLLECTION, "append"), ...LOG, start: 0, appended: 2, commits: 1, known: 0, findings: [] },
    closed: true,
    required: [...BASE, "store", "name", "start", "appended", "commits", "known", "findings"],
    optional: [],
    fits: { ...ANSWER_FITS, "packs that were not entered": all(set("ok", false), set("findings", [FINDING])) },
    fails: { ...ANSWER_FAILS, "a place is no text": set("start", "0") },
  }),
  documentCases({
    path: "output/collection",
    good: { ...base(COLLECTION, "checkpoint"), ...LOG, ...HEAD, before: 0, signed: true, tiles: 2, findings: [] },
    closed: true,
    required: [...BASE, "store", "name", "origin", "size", "root", "before", "signed", "tiles", "findings"],
    optional: [],
    fits: { ...ANSWER_FITS, "nothing new": set("signed", false) },
    fails: { ...ANSWER_FAILS, "signed is yes or no": set("signed", 1) },
  }),
  documentCases({
    path: "output/collection",
    good: {
      ...base(COLLECTION, "prove"),
      ...LOG,
      size: 2,
      proofs: [{ pack: "a.zip", sha256: DIGEST, index: 0, path: "p" }],
    },
    closed: true,
    required: [...BASE, "store", "name", "size", "proofs", "proofs.0.pack", "proofs.0.index", "proofs.0.path"],
    optional: [],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a place is none below 0": set("proofs.0.index", -1) },
  }),
  documentCases({
    path: "output/collection",
    good: {
      ...{ ...base(COLLECTION, "verify"), ...LOG, ...HEAD, verdict: "authentic", reason: "signed", since: 1 },
      ...{ checkpoints: 1, unsigned: 0, packs: COUNTED, removals: [REMOVAL], findings: [] },
    },
    closed: true,
    required: [
      ...[...BASE, "verdict", "reason", "size", "findings", "packs.entries", "packs.missing", "packs.unlisted"],
      ...["packs.pending", "removals.0.sha256", "removals.0.pack_id", "removals.0.reason", "removals.0.index"],
      ...["removals.0.removal_index", "removals.0.head"],
    ],
    optional: ["store", "name", "origin", "root", "since", "checkpoints", "unsigned", "packs", "removals"],
    fits: {
      ...ANSWER_FITS,
      witnesses: set("cosigned_by", [{ name: "example.org/auditor", at: "2026-11-25T00:00:00Z" }]),
      "one pack with its proof": all(set("path", "a.zip"), set("index", 0)),
      "what is missing": all(set("ok", false), set("verdict", "failed"), set("findings", [FINDING])),
    },
    fails: {
      ...ANSWER_FAILS,
      "a verdict is known": set("verdict", "complete"),
      "the counts have nothing else": set("packs.hidden", 0),
      "an id is that of an entry": set("removals.0.pack_id", "pack_0"),
      "a reason is known": set("removals.0.reason", "shame"),
      "a head that covers an entry is not empty": set("removals.0.head", 0),
      "a removal has nothing else": set("removals.0.at", TIME),
    },
  }),
  documentCases({
    path: "output/collection",
    good: {
      ...{ ...base(COLLECTION, "cosign"), ...LOG, origin: "example.org/agents", size: 2 },
      ...{ vkey: "a+00000000+AA==", state: "last.note", path: "cosignature", findings: [] },
    },
    closed: true,
    required: [...BASE, "store", "name", "size", "vkey", "state", "findings"],
    optional: ["origin", "path"],
    fits: { ...ANSWER_FITS, "what was not signed": all(set("ok", false), set("findings", [FINDING])) },
    fails: { ...ANSWER_FAILS, "a key is text": set("vkey", "") },
  }),
];
