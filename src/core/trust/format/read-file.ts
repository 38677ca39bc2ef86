/** The signatures in a file that lies beside a pack. Its content decides what it is, not its name. */
import type { JsonValue } from "../../../schema/document/primitives.ts";
import { JsonError } from "../../json/error.ts";
import { parseJson } from "../../json/parse.ts";
import type { Hashing } from "../../signature/digest.ts";
import {
  type Countersignature,
  ignored,
  malformed,
  type ReadableSignature,
  type Unplaced,
  type UnreadableSignature,
  unsupported,
} from "./countersignature.ts";
import { readEnvelope } from "./dsse.ts";
import { isMinisign, readMinisign } from "./minisign.ts";
import { isSshsig, readSshsig } from "./sshsig.ts";

export const MAX_SIGNATURE_FILE_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 1000;

/** A file beside a pack, or of `--bundle`. */
export interface Sidecar {
  /** As shown: the name without its folder for a file beside the pack. */
  readonly name: string;
  /** Absent: it could not be taken, and `fault` says why. */
  readonly bytes?: Uint8Array;
  readonly fault?: string;
}

export interface SignatureFile {
  readonly name: string;
  readonly signatures: readonly Countersignature[];
  /** The file is a timestamp token in DER. */
  readonly token?: Uint8Array;
}

type Read = Unplaced<ReadableSignature> | Unplaced<UnreadableSignature>;

export function readSignatureFile({ name, bytes, fault }: Sidecar, hashing: Hashing): SignatureFile {
  const whole = (read: Read): SignatureFile => ({
    name,
    signatures: [{ ...read, from: name, files: [name] } as Countersignature],
  });
  if (bytes === undefined) return whole(malformed("unknown", fault ?? "it can't be read"));
  if (bytes.length > MAX_SIGNATURE_FILE_BYTES) return whole(malformed("unknown", "it is larger than 16 MiB"));
  // The SEQUENCE of a TimeStampResp or a token; no text starts with the digit 0 and goes on like this.
  if (bytes[0] === 0x30 && (bytes[1] ?? 0) >= 0x80) return { name, signatures: [], token: bytes };
  const text = textOf(bytes);
  if (text === undefined) {
    return name.endsWith(".tsr")
      ? { name, signatures: [], token: bytes }
      : whole(malformed("unknown", "it is neither text nor a timestamp"));
  }
  if (isMinisign(text)) return whole(readMinisign(text));
  // A line of JSON may hold an armour as text.
  if (isSshsig(text) && !/^\s*\{/.test(text)) return whole(readSshsig(text, hashing));
  if (text.startsWith("-----BEGIN PGP "))
    return whole(unsupported("unknown", "it is a PGP signature, and PGP signs no packs"));
  // What should be a timestamp and is none proves nothing, and is told as one.
  if (name.endsWith(".tsr") && !isLines(name, text)) return { name, signatures: [], token: bytes };
  if (!isLines(name, text)) return whole(malformed("unknown", "it is no signature in a form that is known here"));
  return { name, signatures: readLines(name, text) };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function isLines(name: string, text: string): boolean {
  return /^\s*\{/.test(text) || /\.jsonl?$/.test(name);
}

function readLines(name: string, text: string): Countersignature[] {
  // The white space of JSON: a byte order mark or a space of another script is none.
  const lines = text.split("\n").map((line) => line.replace(/^[ \t\r]+|[ \t\r]+$/g, ""));
  const filled = lines.filter((line) => line !== "");
  const place = (read: Read, line: number): Countersignature => {
    const at = filled.length === 1 ? { from: name, files: [name] } : { from: `${name}#line ${line}`, files: [name] };
    return { ...read, ...at } as Countersignature;
  };
  // One document over several lines: then no line of it is JSON.
  if (filled.length > 1 && jsonOf(filled[0] ?? "") === undefined) {
    const value = jsonOf(text);
    if (value !== undefined)
      return readValue(value).map((read) => ({ ...read, from: name, files: [name] }) as Countersignature);
  }
  const signatures: Countersignature[] = [];
  let count = 0;
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    count += 1;
    if (count > MAX_LINES) {
      signatures.push(place(malformed("unknown", `it has more than ${MAX_LINES} lines`), index + 1));
      break;
    }
    const value = jsonOf(line);
    const reads = value === undefined ? [malformed("unknown", "the line is no strict JSON")] : readValue(value);
    for (const read of reads) signatures.push(place(read, index + 1));
  }
  return signatures;
}

function readValue(value: JsonValue): readonly Read[] {
  return readEnvelope(value) ?? [ignored("unknown", "JSON that is neither a DSSE envelope nor a Sigstore bundle")];
}

function jsonOf(text: string): JsonValue | undefined {
  try {
    return parseJson(new TextEncoder().encode(text));
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
