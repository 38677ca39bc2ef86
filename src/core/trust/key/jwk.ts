/** Public keys as JSON Web Keys: RFC 7517, RFC 8037 (OKP, Ed25519), RFC 7518 section 6.2 (EC, P-256). */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { decodeBase64 } from "../../bytes/encoding.ts";
import { GaitError } from "../../finding/error.ts";
import { isObject, textMember } from "../../json/document.ts";
import { JsonError } from "../../json/error.ts";
import { parseJson } from "../../json/parse.ts";
import type { Hashing } from "../../signature/digest.ts";
import { ed25519Key, p256Key, type VerificationKey } from "./public.ts";
import { joined } from "./ssh-wire.ts";

const HINT = "Give a JWK of kty OKP and crv Ed25519, or of kty EC and crv P-256, without `d`.";

/** @throws GaitError `invalid_key` */
export function readJwk(text: string, platform: Hashing): VerificationKey {
  const jwk = parsed(text);
  if (!isObject(jwk)) throw refused("is JSON, but no JWK");
  if (Object.hasOwn(jwk, "keys")) throw refused("is a set of keys (JWKS)", "Give one of its keys.");
  if (Object.hasOwn(jwk, "d") || Object.hasOwn(jwk, "k")) {
    throw refused(
      "is a private key (a JWK with `d`), but a public key is needed",
      "Remove the private members, and keep them secret.",
    );
  }
  const kind = `${textMember(jwk, "kty") ?? ""} ${textMember(jwk, "crv") ?? ""}`.trim();
  const x = member(textMember(jwk, "x"));
  const y = member(textMember(jwk, "y"));
  if (kind === "OKP Ed25519" && x !== undefined) {
    assertSigns(jwk, ["EdDSA", "Ed25519"]);
    return ed25519Key(platform, x);
  }
  if (kind === "EC P-256" && x !== undefined && y !== undefined) {
    assertSigns(jwk, ["ES256"]);
    return p256Key(platform, joined(Uint8Array.of(4), x, y));
  }
  if (kind.startsWith("RSA")) throw refused("is an RSA key, and RSA signs no packs");
  if (/^(?:EC|OKP) (?:P-384|P-521|secp256k1|X25519|X448|Ed448)$/.test(kind))
    throw refused(`is a key of ${kind.split(" ")[1]}, which signs no packs`);
  throw refused("is a JWK that is damaged, or of another kind");
}

/** What the key says that it is for, if anything (RFC 7517 sections 4.2 to 4.4): signatures, by the one algorithm that it has here. */
function assertSigns(jwk: JsonObject, algorithms: readonly string[]): void {
  const { use, alg, key_ops: operations } = jwk;
  if (Object.hasOwn(jwk, "use") && use !== "sig") throw refused("is a key that is not for signatures (`use`)");
  if (Object.hasOwn(jwk, "key_ops") && !(Array.isArray(operations) && operations.includes("verify")))
    throw refused("is a key that is not for verifying (`key_ops`)");
  if (Object.hasOwn(jwk, "alg") && !(typeof alg === "string" && algorithms.includes(alg)))
    throw refused("is a key for another algorithm (`alg`)");
}

function parsed(text: string): JsonValue {
  try {
    return parseJson(new TextEncoder().encode(text));
  } catch (error) {
    if (error instanceof JsonError) throw refused("begins like a JWK, but is not strict JSON");
    throw error;
  }
}

/** 32 bytes in base64url without padding. */
function member(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || !/^[A-Za-z0-9_-]{43}$/.test(text)) return undefined;
  return decodeBase64(`${text.replaceAll("-", "+").replaceAll("_", "/")}=`);
}

function refused(what: string, hint: string = HINT): GaitError {
  return new GaitError("invalid_key", what, { hint });
}
