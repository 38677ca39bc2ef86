/**
 * minisign's signature files: four lines, prehashed (`ED`, BLAKE2b-512). The legacy form (`Ed`, over the file itself) and
 * signify's, which has no trusted comment, are named and not read. The untrusted comment is signed by nobody and never shown.
 */
import { decodeBase64 } from "../../bytes/encoding.ts";
import { keyNumberText } from "../key/public.ts";
import { joined } from "../key/ssh-wire.ts";
import {
  malformed,
  type ReadableSignature,
  type Unplaced,
  type UnreadableSignature,
  unsupported,
} from "./countersignature.ts";

export function isMinisign(text: string): boolean {
  return text.startsWith("untrusted comment:");
}

export function readMinisign(text: string): Unplaced<ReadableSignature> | Unplaced<UnreadableSignature> {
  const bad = (note: string) => malformed("minisign", note);
  const lines = text.replace(/(?:\r?\n)+$/, "").split(/\r?\n/);
  const [, base64 = "", trusted, global = ""] = lines;
  const first = decodeBase64(base64);
  if (first?.length !== 74) return bad("its second line is not base64 of 74 bytes");
  const number = first.slice(2, 10);
  const keyId = keyNumberText(number);
  const algorithm = String.fromCharCode(...first.subarray(0, 2));
  if (algorithm === "Ed") {
    const note =
      "it is over the file itself (signify, or minisign's legacy form): sign again with minisign 0.10 or newer";
    return { ...unsupported("minisign", note), keyId };
  }
  if (algorithm !== "ED") return bad("its algorithm is unknown");
  if (lines.length !== 4 || trusted === undefined) return bad(`it has ${lines.length} lines, not 4`);
  const comment = /^trusted comment: (.*)$/s.exec(trusted)?.[1];
  if (comment === undefined) return bad("its third line is not the trusted comment");
  const second = decodeBase64(global);
  if (second?.length !== 64) return bad("its fourth line is not base64 of 64 bytes");
  const signature = first.slice(10);
  return {
    ...{ format: "minisign", hint: { kind: "number", number }, comment, tokens: [], signature },
    signed: { digest: "blake2b512", messageOf: (digest) => digest },
    second: { message: joined(signature, new TextEncoder().encode(comment)), signature: second },
  };
}
