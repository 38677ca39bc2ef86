/** The `--json` answers about the program: `gait schema`, `explain`, `completion`, `man`, `selftest` and `viewer`. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, hex64, nonBlank, nonEmpty, text } from "../document/primitives.ts";
import { answer, failure } from "./answer.ts";

const SCHEMA = "gait.schema.output";

const SCHEMA_MEMBERS = {
  name: nonBlank("Name of the schema: its path below `schemas/v1`, without the extension."),
  id: nonBlank("Its `$id`."),
  title: nonBlank("The document it describes."),
  description: nonBlank("The place of such a document."),
  schema_ids: Type.Array(nonBlank("A `schema_id` of such documents."), {
    description: "The `schema_id` of such documents, if any.",
  }),
};

export const SchemaListOutputSchema = answer(SCHEMA, "list", {
  schemas: Type.Array(Type.Object(SCHEMA_MEMBERS, { ...CLOSED, description: "A published schema." }), {
    description: "Every schema that is published with this version.",
  }),
});
export type SchemaListOutput = Frozen<Static<typeof SchemaListOutputSchema>>;

export const SchemaShowOutputSchema = answer(SCHEMA, "show", {
  ...SCHEMA_MEMBERS,
  schema: Type.Unsafe<object>({ type: "object", description: "The schema: JSON Schema, draft 2020-12." }),
  example: Type.Optional(
    Type.Unsafe<object>({ type: "object", description: "A document that fits it, where asked for with `--example`." }),
  ),
});
export type SchemaShowOutput = Frozen<Static<typeof SchemaShowOutputSchema>>;

/** `gait schema … --json`. */
export const SchemaOutputSchema = Type.Union([
  SchemaListOutputSchema,
  SchemaShowOutputSchema,
  failure(SCHEMA, ["list", "show"], {}),
]);

const EXPLAIN = "gait.explain.output";

const TOPIC_MEMBERS = {
  topic: nonBlank("The code of a finding or an error, a verdict, or `exit-N`."),
  kind: Type.Enum(["finding", "error", "verdict", "exit", "import", "outcome"], { description: "What it is." }),
  summary: nonBlank("The broken rule, or a one-sentence summary."),
};

const TopicSchema = Type.Object(TOPIC_MEMBERS, { ...CLOSED, description: "Something that can be explained." });

const ExplanationSchema = Type.Object(
  {
    ...TOPIC_MEMBERS,
    meaning: nonBlank("What it means."),
    innocently: Type.Optional(nonBlank("How it can happen without bad intent.")),
    attack: Type.Optional(nonBlank("What an attacker would gain by it.")),
    action: nonBlank("What to do about it."),
  },
  { ...CLOSED, description: "The meaning, causes, and what to do." },
);

const ExplainListOutputSchema = answer(EXPLAIN, "explain", {
  topics: Type.Array(TopicSchema, { description: "Everything that can be explained." }),
});
export type ExplainListOutput = Frozen<Static<typeof ExplainListOutputSchema>>;

const ExplainTopicOutputSchema = answer(EXPLAIN, "explain", { explanation: ExplanationSchema });
export type ExplainTopicOutput = Frozen<Static<typeof ExplainTopicOutputSchema>>;

/** `gait explain --json`: everything that can be explained, or one of it. */
export const ExplainOutputSchema = Type.Union([
  ExplainListOutputSchema,
  ExplainTopicOutputSchema,
  failure(EXPLAIN, ["explain"], {}),
]);

const COMPLETION = "gait.completion.output";

function script<const Shell extends string>(shell: Shell) {
  return answer(COMPLETION, shell, {
    shell: Type.Literal(shell, { description: "The shell of the script." }),
    script: text("The script."),
  });
}
export type ScriptOutput = Frozen<Static<ReturnType<typeof script<"bash" | "zsh" | "fish" | "powershell">>>>;

const CandidateSchema = Type.Object(
  { value: nonBlank("The word."), description: text("A description; may be empty.") },
  { ...CLOSED, description: "A word that fits." },
);

const CandidatesOutputSchema = answer(COMPLETION, "candidates", {
  kind: Type.Enum(["file", "folder", "none"], { description: "Other kinds of word that fit." }),
  candidates: Type.Array(CandidateSchema, { description: "The words that fit." }),
});
export type CandidatesOutput = Frozen<Static<typeof CandidatesOutputSchema>>;

/** `gait completion … --json`. */
export const CompletionOutputSchema = Type.Union([
  ...(["bash", "zsh", "fish", "powershell"] as const).map(script),
  CandidatesOutputSchema,
  failure(COMPLETION, ["bash", "zsh", "fish", "powershell", "candidates"], {}),
]);

export const ManOutputSchema = answer("gait.man.output", "man", { page: text("The manual page, as roff.") });
export type ManOutput = Frozen<Static<typeof ManOutputSchema>>;

const CheckSchema = Type.Object(
  {
    name: nonBlank("Stable name of the check."),
    shows: nonBlank("What a pass shows."),
    ok: Type.Boolean({ description: "It passed." }),
    error: Type.Optional(nonBlank("The error if it failed.")),
  },
  { ...CLOSED, description: "One check with known answers." },
);

export const SelftestOutputSchema = answer("gait.selftest.output", "selftest", {
  version: nonBlank("Version of this program."),
  commit: text("Commit that it was built from; empty if it was not built from one."),
  bun: nonBlank("Version of the Bun inside."),
  target: nonBlank("Platform that it was built for, `linux-x64` for example."),
  os: nonBlank("Operating system that it runs on, with its release."),
  arch: nonBlank("Architecture that it runs on."),
  cpus: count("Processors that it may use.", 1),
  libc: Type.Optional(nonBlank("C library that it runs on, if known.")),
  passed: count("Checks that passed."),
  failed: count("Checks that failed."),
  checks: Type.Array(CheckSchema, { description: "Every check, in the order in which they ran." }),
});
export type SelftestOutput = Frozen<Static<typeof SelftestOutputSchema>>;

const VIEWER = "gait.viewer.output";

export const ViewerWrittenOutputSchema = answer(VIEWER, "viewer", {
  path: nonEmpty("The page that was written."),
  sha256: hex64("SHA-256 of the page; the release lists the same."),
  size: count("Size of the page in bytes."),
  version: nonBlank("Version of gait that the page verifies as."),
  commit: text("Commit that it was built from."),
});
export type ViewerWrittenOutput = Frozen<Static<typeof ViewerWrittenOutputSchema>>;

/** `gait viewer --json`. */
export const ViewerOutputSchema = Type.Union([ViewerWrittenOutputSchema, failure(VIEWER, ["viewer"], {})]);
