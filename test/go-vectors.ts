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
