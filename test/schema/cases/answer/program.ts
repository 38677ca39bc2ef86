/** The `--json` answers about the program itself. */
import { documentCases, set } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base, failureCases } from "./answer.ts";

const SELFTEST = documentCases({
  path: "output/selftest",
  good: {
    ...base("gait.selftest.output", "selftest"),
    ...{ version: "0.1.0", commit: "", bun: "1.4.5", target: "linux-x64", os: "linux 6.1", arch: "x64", cpus: 2 },
    libc: "glibc 2.36",
    passed: 1,
    failed: 0,
    checks: [{ name: "sha256", shows: "it works", ok: true }],
  },
  closed: true,
  required: [
    ...[...BASE, "version", "commit", "bun", "target", "os", "arch", "cpus", "passed", "failed", "checks"],
    ...["checks.0.name", "checks.0.shows", "checks.0.ok"],
  ],
  optional: ["libc"],
  fits: {
    ...ANSWER_FITS,
    "a failed check says why": set("checks.0", { name: "a", shows: "b", ok: false, error: "c" }),
  },
  fails: {
    ...ANSWER_FAILS,
    "there is a processor": set("cpus", 0),
    "a check has a name": set("checks.0.name", ""),
    "a check has no unknown member": set("checks.0.time", 1),
  },
});

const SCHEMA = "gait.schema.output";
const LISTED = {
  name: "pack/manifest",
  id: "https://a",
  title: "T",
  description: "D",
  schema_ids: ["gait.pack.manifest"],
};

const SCHEMA_LIST = documentCases({
  path: "output/schema",
  good: { ...base(SCHEMA, "list"), schemas: [LISTED] },
  closed: true,
  required: [...BASE, "schemas", "schemas.0.name", "schemas.0.id", "schemas.0.title", "schemas.0.description"],
  optional: [],
  fits: { ...ANSWER_FITS, "a schema of documents without id": set("schemas.0.schema_ids", []) },
  fails: { ...ANSWER_FAILS, "a schema's name is not empty": set("schemas.0.name", "") },
});

const SCHEMA_SHOW = documentCases({
  path: "output/schema",
  good: { ...base(SCHEMA, "show"), ...LISTED, schema: { type: "object" } },
  closed: true,
  required: [...BASE, "name", "id", "title", "description", "schema_ids", "schema"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a schema is an object": set("schema", true) },
});

const EXPLAIN = "gait.explain.output";
const TOPIC = { topic: "file_missing", kind: "finding", summary: "S" };

const EXPLAIN_LIST = documentCases({
  path: "output/explain",
  good: { ...base(EXPLAIN, "explain"), topics: [TOPIC] },
  closed: true,
  required: [...BASE, "topics", "topics.0.topic", "topics.0.kind", "topics.0.summary"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a kind is known": set("topics.0.kind", "rule") },
});

const EXPLAIN_ONE = documentCases({
  path: "output/explain",
  good: {
    ...base(EXPLAIN, "explain"),
    explanation: { ...TOPIC, meaning: "M", innocently: "I", attack: "A", action: "D" },
  },
  closed: true,
  required: [
    ...[...BASE, "explanation", "explanation.topic", "explanation.kind", "explanation.summary"],
    ...["explanation.meaning", "explanation.action"],
  ],
  optional: ["explanation.innocently", "explanation.attack"],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "it is never both": set("topics", []) },
});

const COMPLETION = documentCases({
  path: "output/completion",
  good: { ...base("gait.completion.output", "bash"), shell: "bash", script: "complete" },
  closed: true,
  required: [...BASE, "shell", "script"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a shell is known": set("shell", "tcsh") },
});

const CANDIDATES = documentCases({
  path: "output/completion",
  good: {
    ...base("gait.completion.output", "candidates"),
    kind: "none",
    candidates: [{ value: "verify", description: "" }],
  },
  closed: true,
  required: [...BASE, "kind", "candidates", "candidates.0.value", "candidates.0.description"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a kind is known": set("kind", "id") },
});

const MAN = documentCases({
  path: "output/man",
  good: { ...base("gait.man.output", "man"), page: ".TH" },
  closed: true,
  required: [...BASE, "page"],
  optional: [],
  fits: ANSWER_FITS,
  fails: ANSWER_FAILS,
});

export const PROGRAM_OUTPUT_CASES = [
  ...[SELFTEST, SCHEMA_LIST, SCHEMA_SHOW, EXPLAIN_LIST, EXPLAIN_ONE, COMPLETION, CANDIDATES, MAN],
  failureCases("output/schema", SCHEMA, "show", {}),
  failureCases("output/explain", EXPLAIN, "explain", {}),
  failureCases("output/completion", "gait.completion.output", "zsh", {}),
];
