/** The proof beside a pack (C2SP tlog-proof): where its entry is in a log, and the head that covers it. */
import { decodeBase64, encodeBase64 } from "../bytes/encoding.ts";
import { type CheckpointNote, parseCheckpoint } from "./checkpoint.ts";
import { formatNote, MAX_NOTE_BYTES } from "./note.ts";
import { MOST_PROOF_HASHES } from "./proof.ts";
import { HASH_BYTES } from "./tree.ts";

const FIRST = "c2sp.org/tlog-proof@v1";
/** A proof of the deepest tree, and the largest checkpoint. */
export const MAX_PROOF_BYTES = 2 * MAX_NOTE_BYTES;

export interface LogProof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: CheckpointNote;
}

export function formatProof({ index, hashes, checkpoint }: LogProof): string {
  const lines = [FIRST, `index ${index}`, ...hashes.map(encodeBase64)];
  return `${lines.join("\n")}\n\n${formatNote(checkpoint.note)}`;
}

/** The proof in `bytes`, nothing of it checked; `undefined` where there is none. An `extra` line says nothing here. */
export function parseProof(bytes: Uint8Array): LogProof | undefined {
  if (bytes.length > MAX_PROOF_BYTES) return undefined;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const end = text.indexOf("\n\n");
  const [first, ...lines] = text.slice(0, Math.max(0, end)).split("\n");
  if (first !== FIRST) return undefined;
  if (lines[0]?.startsWith("extra ") && decodeBase64(lines.shift()?.slice("extra ".length) ?? "") === undefined)
    return undefined;
  const [, index] = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? "") ?? [];
  const hashes = lines.map(decodeBase64);
  const checkpoint = parseCheckpoint(new TextEncoder().encode(text.slice(end + 2)));
  if (index === undefined || !Number.isSafeInteger(Number(index)) || checkpoint === undefined) return undefined;
  if (hashes.length > MOST_PROOF_HASHES || !hashes.every((hash) => hash?.length === HASH_BYTES)) return undefined;
  return { index: Number(index), hashes: hashes as Uint8Array[], checkpoint };
}
