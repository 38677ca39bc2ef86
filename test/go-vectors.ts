/** The artifacts of the Go implementation, with their entries in its index. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const VECTORS = join(import.meta.dir, "vectors/go");
const KEYS = join(import.meta.dir, "vectors/keys");

export interface VectorItem {
  readonly file: string;
  readonly kind: string;
  readonly signed_by?: "test" | "other";
  readonly what?: string;
  readonly pack_id?: string;
  readonly source?: string;
  readonly source_ref?: string;
  readonly run_id?: string;
  readonly manifest_digest?: string;
  readonly input?: string;
  readonly expected_exit?: number;
  readonly members?: Readonly<Record<string, string>>;
}

const INDEX = JSON.parse(readFileSync(join(VECTORS, "index.json"), "utf8")) as { items: VectorItem[] };

/** The items of these kinds. Throws if there are none: an empty table proves nothing. */
export function vectors(...kinds: string[]): VectorItem[] {
  const items = INDEX.items.filter(({ kind }) => kinds.includes(kind));
  if (items.length === 0) throw new Error(`no vectors of ${kinds.join(", ")}`);
  return items;
}

export function vectorPath(file: string): string {
  return join(VECTORS, file);
}

export function vectorBytes(file: string): Uint8Array {
  return new Uint8Array(readFileSync(vectorPath(file)));
}

export function keyPath(name: "test" | "other", half: "public" | "private"): string {
  return join(KEYS, `${name}_${half}.key`);
}

/** The artifacts, folders and commands of version 1.4 of the Go implementation, with an index of their own. */
export const LATER = join(import.meta.dir, "vectors/later2");

export interface LaterItem {
  readonly kind: string;
  readonly command: string;
  /** What is right; the Go implementation may exit otherwise. */
  readonly expected_exit: number;
  readonly file?: string;
  readonly status?: string | null;
  readonly status_reason_code?: string | null;
  /** SHA-256 of each entry's content. */
  readonly members?: Readonly<Record<string, string>>;
}

const LATER_INDEX = JSON.parse(readFileSync(join(LATER, "index.json"), "utf8")) as { items: LaterItem[] };

/** In the order of the index. Throws if there are none: an empty table proves nothing. */
export function laterItems(isWanted: (item: LaterItem) => boolean): LaterItem[] {
  const items = LATER_INDEX.items.filter(isWanted);
  if (items.length === 0) throw new Error("no such items");
  return items;
}

/** The words of a command line without `gait`. Texts with spaces are not quoted in the index: `flags` are those that take one. */
export function wordsOf({ command }: LaterItem, flags: readonly string[]): string[] {
  const words: string[] = [];
  for (const word of command.split(" ").slice(1)) {
    const before = words.at(-2) ?? "";
    if (!word.startsWith("--") && words.length > 1 && flags.includes(before) && !words.at(-1)?.startsWith("--"))
      words.push(`${words.pop()} ${word}`);
    else words.push(word);
  }
  return words;
}
