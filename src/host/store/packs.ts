/** The packs in a store, and what lies beside each. */
import { parsePackName } from "../../core/store/names.ts";
import type { ObjectReader, StoredObject } from "../../core/store/objects.ts";

export interface StoredFile extends StoredObject {
  readonly sha256: string;
  /** Of a file beside a pack: what follows the pack's own name. */
  readonly beside: string | undefined;
}

/** The packs and the files beside them; `onForeign` is told of what no store has there. */
export async function* storedFiles(
  store: ObjectReader,
  prefix: string,
  onForeign: (name: string) => void = () => undefined,
): AsyncGenerator<StoredFile> {
  for await (const { name, size } of store.list(prefix)) {
    const parsed = parsePackName(name);
    if (parsed === undefined) onForeign(name);
    else yield { name, size, sha256: parsed.sha256, beside: parsed.beside };
  }
}

/** The packs alone. */
export async function* storedPacks(
  store: ObjectReader,
  prefix: string,
  onForeign?: (name: string) => void,
): AsyncGenerator<StoredFile> {
  for await (const file of storedFiles(store, prefix, onForeign)) if (file.beside === undefined) yield file;
}
