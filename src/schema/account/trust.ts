/** What a verification with a trust file says of it: `verify.trust` of the answers (contract 11.8). */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, hex64, text } from "../document/primitives.ts";

export const SignatureStateSchema = Type.Enum(
  [
    ...["counted", "spare", "unknown_key", "invalid", "malformed", "contradicts", "unsupported"],
    ...[
      "other_subject",
      "ignored",
      "wrong_namespace",
      "no_trusted_time",
      "not_yet_valid",
      "expired",
      "revoked",
      "no_role",
    ],
  ] as const,
  {
    description:
      "counted: its signer fills a place of the rule; spare: could have; verified signatures that don't count: " +
      "wrong_namespace, no_trusted_time, not_yet_valid, expired, revoked, no_role; the others say why nothing was verified.",
  },
);
export type SignatureState = Static<typeof SignatureStateSchema>;

export const TimestampStateSchema = Type.Enum(
  [
    ...["trusted", "rejected", "malformed", "invalid", "weak", "untrusted", "mismatch", "in_future", "policy"],
    ...["certificate_expired", "certificate_unfit", "certificate_revoked"],
  ] as const,
  { description: "Only a trusted one proves a time." },
);
export type TimestampState = Static<typeof TimestampStateSchema>;

const TrustNeedSchema = Type.Object(
  {
    role: text("Role that the rule asks for."),
    at_least: count("How many persons.", 1),
    counted: Type.Array(Type.String(), {
      description: "Ids of the signers that fill a place, in the order of the trust file.",
    }),
    missing: count("Places that nobody fills."),
  },
  CLOSED,
);

const TrustSignatureSchema = Type.Object(
  {
    from: text("File name and line of the signature, or its place in the manifest."),
    format: Type.Enum(["manifest", "dsse", "sshsig", "minisign", "unknown"]),
    key_id: Type.Optional(text("Key that verified it; else the one that it names.")),
    signer: Type.Optional(text("Id of the trust file's signer whose key it is.")),
    state: SignatureStateSchema,
    role: Type.Optional(text("Role: the one that it fills, else the one that the statement gives itself.")),
    predicate_type: Type.Optional(text("Of a statement.")),
    time: Type.Optional(text("Earliest trusted time at which it existed.")),
    comment: Type.Optional(text("The signer's words, signed with it.")),
    note: Type.Optional(text("Why it has this state.")),
  },
  CLOSED,
);

const TrustTimestampSchema = Type.Object(
  {
    from: text("File, or file and line, that holds the token."),
    covers: text("What it stamps: the pack, or a signature as named in `signatures`."),
    authority: Type.Optional(text("Id of the trust file's authority.")),
    gen_time: Type.Optional(text("Time that the token states.")),
    accuracy: Type.Optional(text("Seconds.")),
    policy: Type.Optional(text("Policy of the authority, an object identifier.")),
    serial: Type.Optional(text("Serial number.")),
    nonce: Type.Optional(text("Nonce.")),
    state: TimestampStateSchema,
    note: Type.Optional(text("Why it has this state.")),
  },
  CLOSED,
);

export const TrustReportSchema = Type.Object(
  {
    name: text("Name of the trust file."),
    version: count("Version of the trust file."),
    sha256: hex64("SHA-256 of the trust file."),
    at: text("The time that was taken for now, in UTC."),
    clock: Type.Enum(["system", "given"], { description: "Whose time `at` is." }),
    met: Type.Boolean({ description: "The rule for this kind of pack is met." }),
    needs: Type.Array(TrustNeedSchema),
    signatures: Type.Array(TrustSignatureSchema),
    timestamps: Type.Array(TrustTimestampSchema),
  },
  CLOSED,
);
/** `verify.trust` of an answer. */
export type TrustReport = Frozen<Static<typeof TrustReportSchema>>;
export type TrustSignature = TrustReport["signatures"][number];
export type TrustTimestamp = TrustReport["timestamps"][number];
export type TrustNeedReport = TrustReport["needs"][number];

/** `verify.file` of an answer: the file that was judged. */
export const HashedFileSchema = Type.Object({ sha256: hex64("SHA-256 of the file."), size: count("Bytes.") }, CLOSED);
export type HashedFile = Frozen<Static<typeof HashedFileSchema>>;

/** What an answer about a verification has of trust. */
export const TRUST_MEMBERS = {
  trust: Type.Optional(TrustReportSchema),
  file: Type.Optional(HashedFileSchema),
  beside_unchecked: Type.Optional(
    Type.Array(Type.String(), {
      description: "Files with signatures beside the artifact, not checked: no trust file.",
    }),
  ),
};
