/** The newest head that a log's store has, and whether the log is still the one that it was signed over. */
import { type Finding, finding } from "../../finding/finding.ts";
import type { Platform } from "../../platform/platform.ts";
import type { CollectionNames } from "../../store/names.ts";
import type { ObjectReader } from "../../store/objects.ts";
import { headSizes } from "../audit.ts";
import { type CheckpointNote, parseCheckpoint } from "../checkpoint.ts";
import { isSignedBy, MAX_NOTE_BYTES, type NoteKey } from "../note.ts";
import { sameBytes, type Tree } from "../tree.ts";

export interface FoundCheckpoint {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Absent where the bytes are none of that size. */
  readonly checkpoint: CheckpointNote | undefined;
}

type HeadStore = Pick<ObjectReader, "list" | "read">;

/** The head with the largest size in its name. */
export async function newestCheckpoint(store: HeadStore, names: CollectionNames): Promise<FoundCheckpoint | undefined> {
  const largest = (await headSizes(store, names)).at(-1);
  return largest === undefined ? undefined : readHead(store, names, largest);
}

/**
 * The newest head that the key has signed: anybody who may put can put something that is none, and holds up nobody by it. However
 * many those are, the one behind them is found: without a head there is nothing that a log would be held against.
 * @param onUnsigned told of each newer one that is not signed
 */
export async function newestSigned(
  platform: Platform,
  store: HeadStore,
  names: CollectionNames,
  key: NoteKey,
  onUnsigned: (name: string) => void,
): Promise<FoundCheckpoint | undefined> {
  const sizes = await headSizes(store, names);
  for (const size of sizes.toReversed()) {
    const head = await readHead(store, names, size);
    if (head.checkpoint?.origin === key.name && (await isSignedBy(platform, head.checkpoint.note, key)) === true)
      return head;
    onUnsigned(head.name);
  }
  return undefined;
}

async function readHead(store: HeadStore, names: CollectionNames, size: number): Promise<FoundCheckpoint> {
  const name = names.checkpoint(size);
  const bytes = (await store.read(name, MAX_NOTE_BYTES)) ?? new Uint8Array(0);
  const checkpoint = parseCheckpoint(bytes);
  return { name, bytes, checkpoint: checkpoint?.size === size ? checkpoint : undefined };
}

/** Holds a log, while it is read, against a head that was signed over its beginning. */
export class HeldHead {
  readonly #name: string | undefined;
  readonly #checkpoint: CheckpointNote | undefined;
  readonly #findings: Finding[];
  #isHeld: boolean;

  constructor(head: Pick<FoundCheckpoint, "name" | "checkpoint"> | undefined, findings: Finding[]) {
    this.#findings = findings;
    this.#name = head?.name;
    this.#checkpoint = head?.checkpoint;
    this.#isHeld = this.size === 0;
  }

  /** Entries of the head; 0 where there is none. */
  get size(): number {
    return this.#checkpoint?.size ?? 0;
  }

  /** Whether the entries of the head were read, and are those. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** To be told of each entry, with the tree that ends with it. */
  entry(tree: Tree): void {
    if (this.#checkpoint === undefined || tree.size !== this.size) return;
    this.#isHeld = sameBytes(this.#checkpoint.root, tree.root());
    if (this.#isHeld) return;
    this.#differs({ message: `the first ${this.size} entries have another root than the head before` });
  }

  /** After the last entry. */
  end({ size }: Tree): void {
    if (size >= this.size) return;
    const message = "the log has fewer entries than the head before";
    this.#differs({ expected: `${this.size}`, actual: `${size}`, message });
  }

  #differs(what: { readonly message: string; readonly expected?: string; readonly actual?: string }): void {
    this.#findings.push(finding("log_root_mismatch", { path: this.#name, ...what }));
  }
}
