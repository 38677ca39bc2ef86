/** A trust file (contract 11.1): whose signatures count for what. Closed, so that a typing mistake never loosens a policy. */
import { type Static, Type } from "typebox";
import { CLOSED, count, hex64, nonBlank, SchemaVersion, timestamp } from "./primitives.ts";

const identifier = (description: string) =>
  Type.String({
    title: "an id of letters, digits and ._@+-",
    pattern: "^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$",
    description,
  });

const WINDOW = {
  from: Type.Optional(timestamp("Counts from this time on.")),
  until: Type.Optional(timestamp("Counts up to and with this time.")),
};

const RevokedSchema = Type.Object(
  {
    since: Type.Optional(timestamp("From when on the key may be in other hands; absent: it never counts.")),
    reason: nonBlank("Shown to people."),
  },
  CLOSED,
);

const TrustedKeySchema = Type.Object(
  {
    key: nonBlank("A public key, in any form of contract 11.2."),
    ...WINDOW,
    revoked: Type.Optional(RevokedSchema),
    namespaces: Type.Optional(
      Type.Array(nonBlank("SSHSIG namespace, exact."), { minItems: 1, description: "Default: `file`." }),
    ),
  },
  CLOSED,
);
export type TrustedKeyDocument = Static<typeof TrustedKeySchema>;

const SignerSchema = Type.Object(
  {
    id: identifier("Names the person or machine in rules and answers."),
    name: Type.Optional(nonBlank("For people.")),
    keys: Type.Array(TrustedKeySchema, { minItems: 1, description: "All keys of one person." }),
  },
  CLOSED,
);

const NeedSchema = Type.Object(
  {
    role: identifier("What these persons do."),
    of: Type.Array(identifier("Id of a signer."), { minItems: 1, description: "Who may fill it." }),
    at_least: count("How many persons.", 1),
    predicates: Type.Optional(
      Type.Array(nonBlank("predicateType that counts."), {
        minItems: 1,
        description: "Default: https://gait.dev/attestation/countersignature/v1.",
      }),
    ),
  },
  CLOSED,
);

const RuleSchema = Type.Object(
  {
    for: Type.Array(Type.Enum(["run", "job", "call", "authorization", "guard"]), {
      minItems: 1,
      description: "Kinds of pack.",
    }),
    need: Type.Array(NeedSchema, { minItems: 1, description: "All must be met, each person filling one place." }),
    time: Type.Optional(
      Type.Enum(["optional", "required"], { description: "required: only signatures with a trusted timestamp count." }),
    ),
  },
  CLOSED,
);

export const AuthoritySchema = Type.Object(
  {
    id: identifier("Names the authority in answers."),
    name: Type.Optional(nonBlank("For people.")),
    roots: Type.Array(nonBlank("PEM certificate: a pinned anchor."), { minItems: 1 }),
    certificates: Type.Optional(Type.Array(nonBlank("PEM certificate: an intermediate, or the authority's own."))),
    policies: Type.Optional(Type.Array(nonBlank("Policy that counts, an object identifier."))),
    ...WINDOW,
    revoked: Type.Optional(
      Type.Array(
        Type.Object(
          {
            certificate: hex64("SHA-256 of the certificate's DER."),
            since: Type.Optional(timestamp("Tokens of earlier times still count, unless the key was compromised.")),
            reason: Type.Enum(["key_compromise", "superseded", "ended"]),
          },
          CLOSED,
        ),
      ),
    ),
  },
  CLOSED,
);
export type AuthorityDocument = Static<typeof AuthoritySchema>;

export const TrustSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.trust"),
    schema_version: SchemaVersion,
    name: nonBlank("Shown in every answer."),
    version: count("Rises with each change.", 1),
    until: Type.Optional(timestamp("After it the file is refused.")),
    signers: Type.Array(SignerSchema, { minItems: 1 }),
    rules: Type.Array(RuleSchema, { minItems: 1 }),
    authorities: Type.Optional(Type.Array(AuthoritySchema)),
  },
  CLOSED,
);
export type TrustDocument = Static<typeof TrustSchema>;
