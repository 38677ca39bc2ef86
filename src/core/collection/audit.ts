/** What a collection's log shows: that its entries, its tiles and its signed heads agree, and that nothing was taken away. */
import { encodeBase64 } from "../bytes/encoding.ts";
import { type Finding, finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import { type CollectionNames, checkpointSize } from "../store/names.ts";
import type { ObjectReader } from "../store/objects.ts";
import { type CheckpointNote, parseCheckpoint } from "./checkpoint.ts";
import { Log } from "./log.ts";
import { isSignedBy, MAX_NOTE_BYTES, type NoteKey } from "./note.ts";
import { TileAudit } from "./tile-audit.ts";
import { emptyRoot, sameBytes } from "./tree.ts";

export interface AuditQuestion {
  /** The log's key, from somebody whom one trusts: never from the store. */
  readonly key?: NoteKey | undefined;
  /** An earlier head of the same log. */
  readonly since?: { readonly name: string; readonly bytes: Uint8Array } | undefined;
  /** Told of each entry that the newest head covers, and of those behind it; `index`: its place, from 0. */
  readonly onEntry?: (entry: Uint8Array, isSigned: boolean, index: number) => void;
}

export interface Audit {
  /** The newest head, and its bytes; absent where there is none that can be read. */
  readonly newest: CheckpointNote | undefined;
  readonly newestBytes: Uint8Array | undefined;
  /** Entries of each head that could be read, the smallest first. */
  readonly heads: readonly number[];
  readonly commits: number;
  /** Commits that have no entries, since they fit nothing. */
  readonly ignored: number;
  /** Entries behind the newest head. */
  readonly unsigned: number;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
}

/** A head that the entries have to agree with. */
interface Head {
  readonly name: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly code: "log_root_mismatch" | "log_rewritten";
}

export async function auditLog(
  platform: Platform,
  store: ObjectReader,
  names: CollectionNames,
  { key, since, onEntry }: AuditQuestion,
): Promise<Audit> {
  const findings: Finding[] = [];
  const warnings: string[] = [];
  const heads = await readHeads(platform, store, names, key, findings);
  const newest = heads.all.at(-1);
  const older = since === undefined ? undefined : await readSince(platform, since, { key, newest, findings });
  const size = newest?.checkpoint.size ?? 0;
  const expected: Head[] = heads.all.map(({ name, checkpoint }) => headOf(name, checkpoint, "log_root_mismatch"));
  if (older !== undefined && older.size <= size) expected.push(headOf(since?.name ?? "", older, "log_rewritten"));
  expected.sort((left, right) => left.size - right.size);

  const tiles = new TileAudit(store, names, { signed: size, from: 0 }, findings);
  await tiles.list();
  let next = 0;
  const compare = (size: number, root: () => Uint8Array): void => {
    for (let head = expected[next]; head?.size === size; head = expected[++next]) {
      if (!sameBytes(head.root, root())) findings.push(otherRoot(head, root()));
    }
  };
  compare(0, () => emptyRoot(platform));
  const log = new Log(platform, store, names, {
    onTile: (level, index, hashes) => tiles.tile(level, index, hashes),
    onBundle: (index, entries) => tiles.bundle(index, entries),
    onEntry: (entry, tree) => {
      onEntry?.(entry, tree.size <= size, tree.size - 1);
      compare(tree.size, () => tree.root());
    },
  });
  while ((await log.next()) !== undefined) {
    await tiles.check();
  }
  for (const [level, { hashes, index }] of log.tree.edges().entries()) tiles.tile(level, index, hashes);
  tiles.bundle(Math.floor(log.tree.size / 256), log.bundle);
  await tiles.check();
  tiles.finish();
  for (const { name, size } of expected.slice(next)) {
    findings.push(
      finding("log_root_mismatch", {
        ...{ path: name, expected: `${size} entries`, actual: `${log.tree.size} entries` },
        message: "the log has fewer entries than this head says",
      }),
    );
  }
  warnings.push(...tiles.warnings());
  if (log.ignored > 0) warnings.push(ignoredText(log.ignored));
  return {
    ...{ newest: newest?.checkpoint, newestBytes: newest?.bytes, heads: heads.all.map(sizeOf) },
    ...{ commits: log.commits, ignored: log.ignored, unsigned: Math.max(0, log.tree.size - size), findings, warnings },
  };
}

function sizeOf({ checkpoint }: ReadHead): number {
  return checkpoint.size;
}

function ignoredText(count: number): string {
  const what = count === 1 ? "1 commit has no entries" : `${count} commits have no entries`;
  return `${what}: what is under the name does not continue the log`;
}

function headOf(name: string, { size, root }: CheckpointNote, code: Head["code"]): Head {
  return { name, size, root, code };
}

function otherRoot({ name, root, code, size }: Head, actual: Uint8Array): Finding {
  return finding(code, {
    ...{ path: name, expected: encodeBase64(root), actual: encodeBase64(actual) },
    message:
      code === "log_rewritten"
        ? `the first ${size} entries are not those that the earlier head was signed over`
        : `the first ${size} entries have another root than this head`,
  });
}

interface ReadHead {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly checkpoint: CheckpointNote;
}

/** The sizes that the names of the heads say, rising. */
export async function headSizes(store: Pick<ObjectReader, "list">, names: CollectionNames): Promise<readonly number[]> {
  const sizes: number[] = [];
  for await (const { name } of store.list(names.checkpoints)) {
    const size = checkpointSize(names, name);
    if (size !== undefined) sizes.push(size);
  }
  return sizes.toSorted((left, right) => left - right);
}

/** Every head that the log has signed, by size. */
async function readHeads(
  platform: Platform,
  store: ObjectReader,
  names: CollectionNames,
  key: NoteKey | undefined,
  findings: Finding[],
): Promise<{ readonly all: readonly ReadHead[] }> {
  const all: ReadHead[] = [];
  // Before they are listed: a signer writes its head first, and this copy of it then.
  const copy = await store.read(names.newest, MAX_NOTE_BYTES);
  for (const size of await headSizes(store, names)) {
    const name = names.checkpoint(size);
    const bytes = (await store.read(name, MAX_NOTE_BYTES)) ?? new Uint8Array(0);
    const checkpoint = parseCheckpoint(bytes);
    if (checkpoint === undefined) findings.push(malformed(name));
    else if (checkpoint.size !== size) {
      findings.push(
        finding("log_checkpoint_malformed", {
          ...{ path: name, expected: String(size), actual: String(checkpoint.size) },
          message: "this head is of another size than its name says",
        }),
      );
    } else {
      findings.push(...(await signatureFindings(platform, name, checkpoint, key)));
      all.push({ name, bytes, checkpoint });
    }
  }
  if (copy !== undefined && !all.some(({ bytes }) => sameBytes(bytes, copy))) {
    findings.push(
      finding("log_checkpoint_malformed", {
        path: names.newest,
        message: "it is none of the heads in the checkpoints of this log",
      }),
    );
  }
  return { all };
}

function malformed(path: string): Finding {
  return finding("log_checkpoint_malformed", { path, message: "it is not a signed head of a log" });
}

export async function signatureFindings(
  platform: Platform,
  path: string,
  { origin, note }: CheckpointNote,
  key: NoteKey | undefined,
): Promise<readonly Finding[]> {
  if (key === undefined) return [];
  const broken = (message: string, expected?: string, actual?: string): readonly Finding[] => [
    finding("log_signature_invalid", { path, message, expected, actual }),
  ];
  if (origin !== key.name) return broken("the head is of another log than the given key", key.name, origin);
  const isSigned = await isSignedBy(platform, note, key);
  if (isSigned === true) return [];
  return broken(isSigned === undefined ? "the given key has not signed this head" : "the signature does not verify");
}

async function readSince(
  platform: Platform,
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  { key, newest, findings }: { key: NoteKey | undefined; newest: ReadHead | undefined; findings: Finding[] },
): Promise<CheckpointNote | undefined> {
  const older = parseCheckpoint(bytes);
  if (older === undefined) {
    findings.push(malformed(name));
    return undefined;
  }
  findings.push(...(await signatureFindings(platform, name, older, key)));
  const size = newest?.checkpoint.size ?? 0;
  if (newest !== undefined && newest.checkpoint.origin !== older.origin)
    findings.push(
      finding("log_rewritten", {
        ...{ path: name, expected: older.origin, actual: newest.checkpoint.origin },
        message: "the earlier head is of another log",
      }),
    );
  if (older.size > size) {
    findings.push(
      finding("log_shrunk", {
        ...{ path: name, expected: `${older.size} entries or more`, actual: `${size} entries` },
        message: "the log had more entries before",
      }),
    );
  }
  return older;
}
