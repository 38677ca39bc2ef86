/** DSSE 1.0.2 envelopes, and the Sigstore bundles that hold one (v0.1 to v0.3). */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { encodeBase64 } from "../../bytes/encoding.ts";
import { isObject, textMember } from "../../json/document.ts";
import type { VerificationKey } from "../key/public.ts";
import { joined } from "../key/ssh-wire.ts";
import { ecdsaRaw } from "../key/verify-signature.ts";
import {
  decodeAnyBase64,
  ignored,
  malformed,
  type ReadableSignature,
  type Unplaced,
  type UnreadableSignature,
} from "./countersignature.ts";

export const IN_TOTO = "application/vnd.in-toto+json";
const BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle";
const BUNDLE_V03 = "application/vnd.dev.sigstore.bundle.v0.3+json";
const BUNDLE_TYPES: readonly string[] = [
  ...["0.1", "0.2", "0.3"].map((version) => `${BUNDLE_TYPE}+json;version=${version}`),
  BUNDLE_V03,
];

/** Tokens in one bundle; more is malformed. */
const MAX_TOKENS = 10;
/** Bytes of a token; no authority writes as many. */
export const MAX_TOKEN_BYTES = 64 * 1024;
/** Signatures in one envelope; more is malformed. */
const MAX_SIGNATURES = 100;

type Read = Unplaced<ReadableSignature> | Unplaced<UnreadableSignature>;

/** The signatures of an envelope or bundle; `undefined` for JSON that is neither. */
export function readEnvelope(value: JsonValue): readonly Read[] | undefined {
  if (!isObject(value)) return undefined;
  const mediaType = textMember(value, "mediaType");
  if (mediaType?.startsWith(BUNDLE_TYPE) === true) return readBundle(value, mediaType);
  return Object.hasOwn(value, "payloadType") ? readDsse(value, []) : undefined;
}

function readBundle(bundle: JsonObject, mediaType: string): readonly Read[] {
  if (!BUNDLE_TYPES.includes(mediaType))
    return [ignored("dsse", "a Sigstore bundle of a version that is unknown here")];
  const envelope = own(bundle, "dsseEnvelope");
  if (envelope === undefined && Object.hasOwn(bundle, "messageSignature")) {
    return [ignored("dsse", "a Sigstore bundle over the file itself, without a statement: not read")];
  }
  if (!isObject(envelope) || Object.hasOwn(bundle, "messageSignature"))
    return [malformed("dsse", "the bundle has no one DSSE envelope")];
  const tokens = tokensOf(bundle);
  if (tokens === undefined)
    return [malformed("dsse", "the timestamps in the bundle are damaged, too long or too many")];
  const signatures = own(envelope, "signatures");
  if (!Array.isArray(signatures) || signatures.length !== 1)
    return [malformed("dsse", "the bundle does not have exactly one signature")];
  const material = own(bundle, "verificationMaterial");
  const key = isObject(material) ? own(material, "publicKey") : undefined;
  return readDsse(envelope, tokens, isObject(key) ? textMember(key, "hint") : undefined);
}

/** `undefined`: damaged. */
function tokensOf(bundle: JsonObject): readonly Uint8Array[] | undefined {
  const material = own(bundle, "verificationMaterial");
  const data = isObject(material) ? own(material, "timestampVerificationData") : undefined;
  const list = isObject(data) ? own(data, "rfc3161Timestamps") : undefined;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || list.length > MAX_TOKENS) return undefined;
  const tokens = list.map((each) =>
    decodeAnyBase64((isObject(each) ? textMember(each, "signedTimestamp") : undefined) ?? "?"),
  );
  return tokens.every((token) => token !== undefined && token.length <= MAX_TOKEN_BYTES)
    ? (tokens as Uint8Array[])
    : undefined;
}

function readDsse(envelope: JsonObject, tokens: readonly Uint8Array[], bundleHint?: string): readonly Read[] {
  const type = textMember(envelope, "payloadType");
  const payload = decodeAnyBase64(textMember(envelope, "payload") ?? "?");
  const signatures = own(envelope, "signatures");
  const isWhole = type !== undefined && payload !== undefined && Array.isArray(signatures);
  if (!isWhole || signatures.length === 0 || signatures.length > MAX_SIGNATURES)
    return [malformed("dsse", "the DSSE envelope is damaged")];
  if (type !== IN_TOTO) return [ignored("dsse", "its payload is no in-toto statement")];
  const message = preAuthentication(payload);
  return signatures.map((each): Read => {
    const text = isObject(each) ? textMember(each, "sig") : undefined;
    const signature = text === undefined || text === "" ? undefined : decodeAnyBase64(text);
    if (signature === undefined) return malformed("dsse", "its signature is not base64");
    const [id = "", other] = [isObject(each) ? textMember(each, "keyid") : undefined, bundleHint].filter(
      (name) => name !== undefined && name !== "",
    );
    const hint = { kind: "hint", id, ...(other === undefined || other === id ? {} : { other }) } as const;
    return { format: "dsse", hint, signed: { message }, signature, payload, tokens };
  });
}

/** What a signature is whose length only keys have that sign no packs. */
export function otherKind(signature: Uint8Array): string | undefined {
  if ([256, 384, 512].includes(signature.length))
    return "its length is that of an RSA signature, and RSA signs no packs";
  const isLongEcdsa = signature[0] === 0x30 && signature.length > 90 && ecdsaRaw(signature) === undefined;
  return isLongEcdsa ? "its length is that of an ECDSA signature on P-384 or P-521, which sign no packs" : undefined;
}

/** PAE of DSSE 1.0.2: what is signed. It starts with DSSEv1. */
export function preAuthentication(payload: Uint8Array): Uint8Array {
  return joined(new TextEncoder().encode(`DSSEv1 ${IN_TOTO.length} ${IN_TOTO} ${payload.length} `), payload);
}

/** The payload in the bytes to sign; `undefined` for other bytes. */
export function readPreAuthentication(bytes: Uint8Array): Uint8Array | undefined {
  const start = `DSSEv1 ${IN_TOTO.length} ${IN_TOTO} `;
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, start.length + 20));
  const length = head.startsWith(start) ? /^(0|[1-9][0-9]*) /.exec(head.slice(start.length))?.[0] : undefined;
  if (length === undefined) return undefined;
  const payload = bytes.subarray(start.length + length.length);
  return payload.length === Number(length) ? payload : undefined;
}

/**
 * A line of `NAME.zip.sigs.jsonl`, without its line end: a Sigstore bundle v0.3, canonical JSON (its members are sorted here).
 * @param key an empty id: the signature names no key
 * @param tokens RFC 3161 answers over the signature's raw bytes
 */
export function bundleLine(
  payload: Uint8Array,
  { id }: Pick<VerificationKey, "id">,
  signature: Uint8Array,
  tokens: readonly Uint8Array[] = [],
): string {
  const rfc3161Timestamps = tokens.map((token) => ({ signedTimestamp: encodeBase64(token) }));
  return JSON.stringify({
    dsseEnvelope: {
      payload: encodeBase64(payload),
      payloadType: IN_TOTO,
      signatures: [{ ...(id === "" ? {} : { keyid: id }), sig: encodeBase64(signature) }],
    },
    mediaType: BUNDLE_V03,
    verificationMaterial: {
      publicKey: id === "" ? {} : { hint: id },
      ...(tokens.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps } }),
      tlogEntries: [],
    },
  });
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
