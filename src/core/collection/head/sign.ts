/** Signs a new head of a log: everything that it covers is read, what tlog-tiles clients need is written, then the head. */
import { type Finding, finding } from "../../finding/finding.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Signer } from "../../signature/signature.ts";
import type { CollectionNames } from "../../store/names.ts";
import type { ObjectStore } from "../../store/objects.ts";
import { signatureFindings } from "../audit.ts";
import { parseCheckpoint, signCheckpoint } from "../checkpoint.ts";
import { Log } from "../log.ts";
import { MAX_NOTE_BYTES, type NoteKey, parseNote } from "../note.ts";
import { TILE_WIDTH } from "../tree.ts";
import { HeldHead, newestCheckpoint } from "./newest.ts";
import { TileWriter } from "./tile-writer.ts";

export interface WrittenCheckpoint {
  /** Entries of the log. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Entries of the head before; 0 where there was none. */
  readonly before: number;
  /** Whether there was something to sign. */
  readonly isNew: boolean;
  /** Tiles and bundles that were written. */
  readonly tiles: number;
  readonly ignored: number;
  /** Why nothing was signed. */
  readonly findings: readonly Finding[];
}

export async function writeCheckpoint(
  platform: Platform,
  store: ObjectStore,
  names: CollectionNames,
  key: NoteKey,
  signer: Signer,
): Promise<WrittenCheckpoint> {
  const old = await newestCheckpoint(store, names);
  const findings: Finding[] = [];
  if (old !== undefined) {
    const read = old.checkpoint;
    if (read === undefined)
      findings.push(
        finding("log_checkpoint_malformed", { path: old.name, message: "it is not a signed head of a log" }),
      );
    else findings.push(...(await signatureFindings(platform, old.name, read, key)));
  }
  const head = new HeldHead(old, findings);
  const before = head.size;
  const writer = new TileWriter(store, names, before, findings);
  await writer.list();
  const log = new Log(platform, store, names, {
    onTile: (level, index, hashes) => writer.hashes(level, index, hashes),
    onBundle: (index, entries) => writer.entries(index, entries),
    onEntry: (_, tree) => head.entry(tree),
    // What no head covers yet has nothing else that it could be held against.
    readTwice: () => head.isHeld,
  });
  while ((await log.next()) !== undefined) await writer.write(head.isHeld);
  const { size } = log.tree;
  head.end(log.tree);
  for (const [level, { hashes, index }] of log.tree.edges().entries()) writer.hashes(level, index, hashes);
  writer.entries(Math.floor(size / TILE_WIDTH), log.bundle);
  await writer.write(head.isHeld);
  writer.finish();
  const root = log.tree.root();
  let isNew = size > before && findings.length === 0;
  if (isNew) {
    const note = await signCheckpoint(platform, { origin: key.name, size, root }, key, signer);
    const fault = await create(store, names, note, size);
    if (fault !== undefined) findings.push(fault);
    isNew = fault === undefined;
  }
  return { size, root, before, isNew, tiles: writer.written, ignored: log.ignored, findings };
}

/** What is wrong where something else has the head's name: everybody knows it. */
async function create(
  store: ObjectStore,
  names: CollectionNames,
  note: string,
  size: number,
): Promise<Finding | undefined> {
  const bytes = new TextEncoder().encode(note);
  const path = names.checkpoint(size);
  if (!(await store.create(path, bytes, { lasting: true }))) {
    // Another signer may have been first: it has signed the same text.
    const there = parseNote((await store.read(path, MAX_NOTE_BYTES)) ?? new Uint8Array(0));
    if (there?.text !== parseNote(bytes)?.text) {
      return finding("log_checkpoint_malformed", {
        path,
        message: "it came while this head was signed, and is another",
      });
    }
  }
  const copy = parseCheckpoint((await store.read(names.newest, MAX_NOTE_BYTES)) ?? new Uint8Array(0));
  if (copy === undefined || copy.size < size) {
    const signed = await store.read(names.checkpoint(size), MAX_NOTE_BYTES);
    await store.replace(names.newest, signed ?? bytes);
  }
  return undefined;
}
