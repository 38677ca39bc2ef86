/** The answers of `gait trust … --json` (contract 11.9). */
import { type Static, Type } from "typebox";
import { TrustReportSchema } from "../account/trust.ts";
import { CLOSED, count, type Frozen, hex64, nonEmpty, text } from "../document/primitives.ts";
import { VerdictSchema } from "../document/verdict.ts";
import { answer, failure } from "./answer.ts";

const TRUST = "gait.trust.output";

const FILE = {
  path: nonEmpty("The trust file."),
  form: Type.Enum(["gait.trust", "allowed_signers"]),
  name: text("Its name."),
  version: count("Its version; 0 for a form that has none."),
  sha256: hex64("SHA-256 of the file, for --trust-sha256."),
};

export const KeyNamesSchema = Type.Object(
  {
    algorithm: Type.Enum(["ed25519", "p256"]),
    key_id: hex64("The key's id in packs, signatures and answers."),
    openssh: text("`SHA256:…`, as `ssh-keygen -lf` shows it."),
    spki_sha256: hex64("SHA-256 of the SubjectPublicKeyInfo in DER."),
    minisign_id: Type.Optional(text("The key number, as minisign shows it.")),
    openssh_key: text("The public key as a line of OpenSSH."),
  },
  CLOSED,
);
export type KeyNamesShown = Frozen<Static<typeof KeyNamesSchema>>;

const ShownKeySchema = Type.Object(
  {
    names: KeyNamesSchema,
    from: Type.Optional(Type.String()),
    until: Type.Optional(Type.String()),
    revoked: Type.Optional(Type.Object({ since: Type.Optional(Type.String()), reason: Type.String() }, CLOSED)),
    namespaces: Type.Array(Type.String()),
  },
  CLOSED,
);

export const TrustInitOutputSchema = answer(TRUST, "init", { ...FILE, signers: count("Signers in it.") });
export type TrustInitOutput = Frozen<Static<typeof TrustInitOutputSchema>>;

export const TrustCheckOutputSchema = answer(TRUST, "check", {
  ...FILE,
  changes: Type.Optional(Type.Array(Type.String(), { description: "What differs from --previous." })),
});
export type TrustCheckOutput = Frozen<Static<typeof TrustCheckOutputSchema>>;

export const TrustShowOutputSchema = answer(TRUST, "show", {
  ...FILE,
  until: Type.Optional(text("After it the file is refused.")),
  sentences: Type.Array(Type.String(), { description: "Each rule in words." }),
  signers: Type.Array(
    Type.Object({ id: Type.String(), name: Type.Optional(Type.String()), keys: Type.Array(ShownKeySchema) }, CLOSED),
  ),
  authorities: Type.Array(Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) }, CLOSED)),
  pack: Type.Optional(
    Type.Object(
      {
        path: Type.String(),
        verdict: VerdictSchema,
        reason: Type.String(),
        trust: Type.Optional(TrustReportSchema),
        missing: Type.Array(Type.String(), { description: "Who is missing, and why, one for each need." }),
      },
      CLOSED,
    ),
  ),
});
export type TrustShowOutput = Frozen<Static<typeof TrustShowOutputSchema>>;

export const TrustFailureSchema = failure(TRUST, ["init", "check", "show"], {
  path: Type.Optional(Type.String()),
  faults: Type.Optional(Type.Array(Type.String(), { description: "All that is wrong with the trust file." })),
});
export type TrustFailure = Frozen<Static<typeof TrustFailureSchema>>;

/** `gait trust … --json`. */
export const TrustOutputSchema = Type.Union([
  TrustInitOutputSchema,
  TrustCheckOutputSchema,
  TrustShowOutputSchema,
  TrustFailureSchema,
]);
