/** Cosignatures (C2SP tlog-cosignature): somebody else remembers what the log was, and signs that it only grew. */
import { type Finding, finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import { type Signer, signText } from "../signature/signature.ts";
import type { CollectionNames } from "../store/names.ts";
import type { ObjectReader } from "../store/objects.ts";
import { utcTimestamp } from "../time/timestamp.ts";
import type { CheckpointNote } from "./checkpoint.ts";
import {
  cosignatureText,
  cosignatureTime,
  isSignedBy,
  MAX_NOTE_BYTES,
  type NoteKey,
  parseNote,
  type SignedNote,
} from "./note.ts";
import { sameBytes } from "./tree.ts";

/** Files of cosignatures of one head that are read. */
const MOST_COSIGNATURES = 100;

export interface Witnessed {
  readonly name: string;
  /** As the witness says. */
  readonly at: string;
}

/** The head with one signature more. @param seconds since 1970 */
export async function cosigned(
  platform: Platform,
  { note }: CheckpointNote,
  key: NoteKey,
  signer: Signer,
  seconds: number,
): Promise<SignedNote> {
  const bytes = new Uint8Array(8 + 64);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(seconds));
  bytes.set(await signText(cosignatureText(note.text, seconds), signer, platform), 8);
  const others = note.signatures.filter(({ name, id }) => name !== key.name || id !== key.id);
  return { text: note.text, signatures: [...others, { name: key.name, id: key.id, bytes }] };
}

/** The head with the cosignatures that lie in the store for it. */
export async function withCosignatures(
  store: ObjectReader,
  names: CollectionNames,
  checkpoint: CheckpointNote,
): Promise<CheckpointNote> {
  const signatures = [...checkpoint.note.signatures];
  let read = 0;
  for await (const { name } of store.list(names.cosignatures(checkpoint.size))) {
    if (!names.isCosignature(name)) continue;
    read += 1;
    if (read > MOST_COSIGNATURES) break;
    const note = parseNote((await store.read(name, MAX_NOTE_BYTES)) ?? new Uint8Array(0));
    if (note?.text !== checkpoint.note.text) continue;
    for (const each of note.signatures) {
      const isThere = signatures.some(
        ({ name: own, id, bytes }) => own === each.name && id === each.id && sameBytes(bytes, each.bytes),
      );
      if (!isThere) signatures.push(each);
    }
  }
  return { ...checkpoint, note: { text: checkpoint.note.text, signatures } };
}

/** Which of the witnesses have signed the head; a finding where those are too few. @param path of the head, as shown */
export async function witnessed(
  platform: Platform,
  path: string,
  { note }: CheckpointNote,
  witnesses: readonly NoteKey[],
  atLeast: number,
): Promise<{ readonly by: readonly Witnessed[]; readonly findings: readonly Finding[] }> {
  const by: Witnessed[] = [];
  for (const witness of witnesses) {
    if ((await isSignedBy(platform, note, witness)) !== true) continue;
    const line = note.signatures.find(({ name, id }) => name === witness.name && id === witness.id);
    const seconds = line === undefined ? undefined : cosignatureTime(line.bytes);
    if (seconds !== undefined) by.push({ name: witness.name, at: utcTimestamp(seconds, 0) });
  }
  if (by.length >= atLeast) return { by, findings: [] };
  const missing = witnesses.map(({ name }) => name).filter((name) => by.every((each) => each.name !== name));
  return {
    by,
    findings: [
      finding("log_witness_missing", {
        ...{ path, expected: `${atLeast} of the witnesses`, actual: `${by.length}` },
        message: `too few witnesses have signed this head: ${missing.join(", ")} did not`,
      }),
    ],
  };
}
