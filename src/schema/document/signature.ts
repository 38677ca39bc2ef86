/** A signature, as every manifest carries it (contract 0.5). */
import { type Static, Type } from "typebox";
import { CLOSED, hex64OrEmpty, nonBlank } from "./primitives.ts";

/**
 * Closed in the lenient formats too: signatures are left out of what is signed, so nothing vouches for their members,
 * and one changed letter in a name would otherwise pass as an unknown member. Values are judged by `core/signature/signature.ts`.
 */
export const SignatureSchema = Type.Object(
  {
    alg: nonBlank("Signature scheme; only `ed25519` verifies."),
    key_id: nonBlank("SHA-256 of the 32 bytes of the public key, in hex."),
    sig: nonBlank("The 64 bytes of the signature over the 32 bytes of `signed_digest`, in padded base64."),
    signed_digest: Type.Optional(hex64OrEmpty("SHA-256 of the canonical JSON of the manifest without `signatures`.")),
  },
  CLOSED,
);
export type Signature = Static<typeof SignatureSchema>;

export const SignaturesSchema = Type.Array(SignatureSchema, {
  description: "Signatures over the manifest as stored, without this member.",
});
