/** What a verification said of one pack, for a catalogue and other engines (contract 14.7). */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, nonBlank, nonEmpty, SchemaVersion, text, timestamp } from "../primitives.ts";
import { VerdictSchema } from "../verdict.ts";

/** In lower case: a catalogue compares them as text. */
function digest(description: string) {
  return Type.String({ title: "64 lower-case hex digits", pattern: "^[0-9a-f]{64}$", description });
}

export const ReceiptToolSchema = Type.Object(
  {
    name: text("As the run has it."),
    calls: count("Calls of the tool.", 1),
    not_ok: count("Of these, calls that failed, were stopped, or have no result."),
  },
  CLOSED,
);

export const PackReceiptSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.receipt"),
    schema_version: SchemaVersion,
    location: nonEmpty("The pack, as given or found."),
    sha256: digest("SHA-256 of the file."),
    size: count("Size of the file in bytes."),
    verdict: VerdictSchema,
    reason: text("Why the verdict is not better, or which key made it `authentic`."),
    findings: Type.Array(nonBlank("A code, as `gait explain` has it."), {
      description: "The codes of the findings, each once, in the order of the findings.",
    }),
    trust_id: digest("Which trust was given: keys, limits, what is required, the trust file."),
    verified_at: timestamp("When the verification ended, by the clock of the machine, in UTC."),
    gait: nonBlank("Version of the program that verified it."),
    pack_id: Type.Optional(text("`pack_id`; for a runpack its `manifest_digest`.")),
    pack_type: Type.Optional(text("`run`, `job`, `call`, `authorization` or `guard`.")),
    source_ref: Type.Optional(text("Run id or job id.")),
    signers: Type.Array(
      Type.Object(
        {
          key_id: text("SHA-256 of the public key, as named in the signature."),
          status: Type.Enum(["verified", "failed", "not_checked"], {
            description: "verified: with a given key; not_checked: no key was given, so it is only a claim.",
          }),
        },
        CLOSED,
      ),
      { description: "The manifest's own signatures, in its order." },
    ),
    first_at: Type.Optional(text("The earliest time of an event, intent or result of the run, in UTC where possible.")),
    last_at: Type.Optional(text("The latest.")),
    calls: Type.Optional(count("Calls of the run; absent in a pack without a run, and in one that failed.")),
    not_ok: Type.Optional(count("Of these, calls that failed, were stopped, or have no result.")),
    tools: Type.Optional(
      Type.Array(ReceiptToolSchema, { description: "Each tool that is named, once, in the order of its first call." }),
    ),
  },
  CLOSED,
);
export type PackReceipt = Frozen<Static<typeof PackReceiptSchema>>;

/** What is found of a pack for its receipt, besides the verdict: plain data, so that it can cross threads. */
export interface PackNumbers {
  /** SHA-256 and size of the file. */
  readonly file: Pick<PackReceipt, "sha256" | "size">;
  readonly signers: PackReceipt["signers"];
  /** Of a pack with a run that did not fail: what a failed one says of itself goes into no sum. */
  readonly run: Pick<PackReceipt, "first_at" | "last_at" | "calls" | "not_ok" | "tools">;
}
