/** A log's signed head (C2SP tlog-checkpoint): its origin, how many entries it has, and the root of their tree. */
import { decodeBase64, encodeBase64 } from "../bytes/encoding.ts";
import { type Signer, signText, type Verifying } from "../signature/signature.ts";
import { formatNote, type NoteKey, parseNote, type SignedNote } from "./note.ts";
import { HASH_BYTES } from "./tree.ts";

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface CheckpointNote extends Checkpoint {
  readonly note: SignedNote;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${encodeBase64(root)}\n`;
}

/** The checkpoint in `bytes`, its signatures not checked; `undefined` where there is none. Extension lines are let be. */
export function parseCheckpoint(bytes: Uint8Array): CheckpointNote | undefined {
  const note = parseNote(bytes);
  const [origin = "", size = "", root = "", ...more] = note?.text.split("\n") ?? [];
  const hash = decodeBase64(root);
  if (note === undefined || origin === "" || !/^(0|[1-9][0-9]*)$/.test(size) || hash?.length !== HASH_BYTES)
    return undefined;
  // The text ends with a line feed; a line in it that is empty is no extension.
  if (more.at(-1) !== "" || more.slice(0, -1).includes("") || !Number.isSafeInteger(Number(size))) return undefined;
  return { origin, size: Number(size), root: hash, note };
}

/** @returns the whole note: text, empty line, signature */
export async function signCheckpoint(
  platform: Verifying,
  checkpoint: Checkpoint,
  key: NoteKey,
  signer: Signer,
): Promise<string> {
  const text = checkpointText(checkpoint);
  const bytes = await signText(text, signer, platform);
  return formatNote({ text, signatures: [{ name: key.name, id: key.id, bytes }] });
}
