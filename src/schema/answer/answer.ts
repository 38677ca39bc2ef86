/**
 * The `--json` answers (contract 2.7, 6.1): what they share, and those of `keys`, `version` and of a call that no
 * command took. One object on stdout, closed; the five error members come together, and never with `ok: true`.
 */
import { type Static, type TObjectOptions, type TProperties, Type } from "typebox";
import { CLOSED, type Frozen, nonBlank, nonEmpty, SchemaVersion, text } from "../document/primitives.ts";

const error = nonBlank("The error message, for a person.");
const error_code = Type.Enum(
  [
    ...(["internal_failure", "verification_failed", "approval_required", "regress_failed", "invalid_input"] as const),
    "unsafe_operation",
  ],
  { description: "One per exit: 1, 2, 4, 5, 6, 8." },
);
export type OutputErrorCode = Static<typeof error_code>;
const error_category = Type.Enum(
  ["internal_failure", "state_contention", "verification_failed", "approval_required", "invalid_input"],
  { description: "As `error_code`, except that a held lock is state_contention." },
);
export type OutputErrorCategory = Static<typeof error_category>;
const hint = text("A hint for a person.");
const retryable = Type.Boolean({ description: "The same call may succeed later." });

/** The members that every answer begins with. */
export interface Envelope {
  readonly schema_id: string;
  readonly schema_version: string;
  readonly ok: boolean;
  readonly operation: string;
}

/** The other members of an answer; of a union, those of each. */
export type OwnMembers<Output extends object> = Output extends unknown ? Omit<Output, keyof Envelope> : never;

/** One of the five brings in `error`, and `error` the others and `ok: false`. */
const ERROR_RULES = {
  error: {
    required: ["error_code", "error_category", "hint", "retryable"],
    properties: { ok: { const: false } },
  },
  error_code: { required: ["error"] },
  error_category: { required: ["error"] },
  hint: { required: ["error"] },
  retryable: { required: ["error"] },
};

const warnings = Type.Optional(
  Type.Array(Type.String(), { description: "Things worth knowing that did not stop the command." }),
);

/** The answer of an operation that has something to show, possibly with an error. `rules` hold beside these. */
export function answer<const Id extends string, const Operation extends string, Members extends TProperties>(
  id: Id,
  operation: Operation,
  members: Members,
  rules: TObjectOptions = {},
) {
  return answerWithout(id, operation, { ...members, warnings }, rules);
}

/** The same without `warnings`, for an operation whose own member has that name. */
export function answerWithout<const Id extends string, const Operation extends string, Members extends TProperties>(
  id: Id,
  operation: Operation,
  members: Members,
  rules: TObjectOptions = {},
) {
  return Type.Object(
    {
      schema_id: Type.Literal(id),
      schema_version: SchemaVersion,
      ok: Type.Boolean({ description: "The exit is 0." }),
      operation: Type.Literal(operation),
      ...members,
      error: Type.Optional(error),
      error_code: Type.Optional(error_code),
      error_category: Type.Optional(error_category),
      hint: Type.Optional(hint),
      retryable: Type.Optional(retryable),
    },
    { ...CLOSED, dependentSchemas: ERROR_RULES, ...rules },
  );
}

/** The answer of an operation that has nothing to show except the reason. */
export function failure<const Id extends string, const Operations extends string[], Members extends TProperties>(
  id: Id,
  operations: readonly [...Operations],
  members: Members,
) {
  return Type.Object(
    {
      schema_id: Type.Literal(id),
      schema_version: SchemaVersion,
      ok: Type.Literal(false),
      operation: Type.Enum(operations),
      ...members,
      warnings,
      error,
      error_code,
      error_category,
      hint,
      retryable,
    },
    CLOSED,
  );
}

/** base64 of the 32 bytes of an Ed25519 public key. */
export function publicKey(description: string) {
  return Type.String({ title: "32 bytes in base64", pattern: "^[0-9A-Za-z+/]{43}=$", description });
}

/** SHA-256 of a public key as this program writes it. */
export function keyId(description: string) {
  return Type.String({ title: "64 lower-case hex digits", pattern: "^[0-9a-f]{64}$", description });
}

const KEYS = "gait.keys.output";

const KEY_PAIR = {
  prefix: nonEmpty("Beginning of the names of the key files."),
  key_id: keyId("SHA-256 of the public key."),
  public_key_path: nonEmpty("File of the public key."),
  private_key_path: nonEmpty("File of the private key."),
};

export const KeysInitOutputSchema = answer(KEYS, "init", KEY_PAIR);
export type KeysInitOutput = Frozen<Static<typeof KeysInitOutputSchema>>;
export const KeysRotateOutputSchema = answer(KEYS, "rotate", KEY_PAIR);
export type KeysRotateOutput = Frozen<Static<typeof KeysRotateOutputSchema>>;
export const KeysVerifyOutputSchema = answer(KEYS, "verify", {
  key_id: keyId("SHA-256 of the public key."),
  public_key_source: nonEmpty("`path:` and a file, `env:` and a variable, or `derived` from the private key."),
  private_key_source: nonEmpty("`path:` and a file, or `env:` and a variable."),
});
export type KeysVerifyOutput = Frozen<Static<typeof KeysVerifyOutputSchema>>;

export const KeysShowOutputSchema = answer(KEYS, "show", {
  path: nonEmpty("The key file."),
  algorithm: Type.Enum(["ed25519", "p256"]),
  key_id: keyId("The key's id in packs, signatures and answers."),
  openssh: text("`SHA256:…`, as `ssh-keygen -lf` shows it."),
  spki_sha256: keyId("SHA-256 of the SubjectPublicKeyInfo in DER."),
  minisign_id: Type.Optional(text("The key number, as minisign shows it.")),
  openssh_key: text("The public key as a line of OpenSSH."),
  is_private: Type.Boolean({ description: "The file holds a private key; the names are those of its public half." }),
});
export type KeysShowOutput = Frozen<Static<typeof KeysShowOutputSchema>>;

export const KeysFailureSchema = failure(KEYS, ["init", "rotate", "verify", "show"], {});

/** `gait keys … --json` (contract 5). */
export const KeysOutputSchema = Type.Union([
  KeysInitOutputSchema,
  KeysRotateOutputSchema,
  KeysVerifyOutputSchema,
  KeysShowOutputSchema,
  KeysFailureSchema,
]);

/** `gait version --json` (contract 6.3). */
export const VersionOutputSchema = answer("gait.version.output", "version", {
  version: nonBlank("Version of this program."),
  commit: text("Commit that it was built from; empty if it was not built from one."),
  bun: nonBlank("Version of the Bun inside."),
  target: nonBlank("Platform that it was built for, `linux-x64` for example."),
});
export type VersionOutput = Frozen<Static<typeof VersionOutputSchema>>;

/** Any call without a command: an unknown one, a surplus argument, a failure before the command was known. */
export const ErrorOutputSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.error.output"),
    schema_version: SchemaVersion,
    ok: Type.Literal(false),
    operation: text("The words given, as far as they name a command; may be empty."),
    warnings,
    error,
    error_code,
    error_category,
    hint,
    retryable,
  },
  CLOSED,
);
export type ErrorOutput = Frozen<Static<typeof ErrorOutputSchema>>;
