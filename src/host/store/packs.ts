/** The packs in a store, and what lies beside each. */
import { parsePackName } from "../../core/store/names.ts";
import type { ObjectReader, OpenedObject, PackStore, RemotePack, StoredObject } from "../../core/store/objects.ts";
import type { Listed } from "../files/folder-walk.ts";

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

/** Opens an object, passes it to `use`, and checks that it did not change. */
export async function withObject<T>(
  store: PackStore,
  name: string,
  use: (opened: OpenedObject) => Promise<T>,
): Promise<T> {
  const opened = await store.open(name);
  try {
    const result = await use(opened);
    opened.assertUnchanged();
    return result;
  } finally {
    opened.close();
  }
}

/** The packs, to be verified; what no store has there is left, and told. */
export async function* listedPacks(store: PackStore, prefix: string): AsyncGenerator<Listed> {
  const left: string[] = [];
  const foreign = (name: string): void => void left.push(name);
  if (store.isRemote) yield* listedRemote(store, prefix, foreign);
  else for await (const { name } of storedPacks(store, prefix, foreign)) yield { path: store.path(name) };
  for (const name of left) yield { path: store.path(name), left: "foreign: no store has such a name" };
}

/** A bucket lists by names: what lies beside a pack comes behind it. */
async function* listedRemote(
  store: PackStore,
  prefix: string,
  onForeign: (name: string) => void,
): AsyncGenerator<Listed> {
  let pack: StoredFile | undefined;
  let beside: string[] = [];
  for await (const file of storedFiles(store, prefix, onForeign)) {
    if (file.beside === undefined) {
      if (pack !== undefined) yield remotePack(store, pack, beside);
      pack = file;
      beside = [];
    } else if (pack !== undefined && file.name.startsWith(pack.name)) beside.push(nameOf(file.name));
    else yield { path: store.path(file.name), left: "no pack is listed before it that it lies beside" };
  }
  if (pack !== undefined) yield remotePack(store, pack, beside);
}

function remotePack(store: PackStore, { name, size }: StoredFile, beside: readonly string[]): Listed {
  const folder = name.slice(0, -nameOf(name).length);
  const remote: RemotePack = {
    ...{ size, beside },
    open: () => store.open(name),
    readBeside: (each, limit) => store.read(folder + each, limit),
  };
  return { path: store.path(name), remote };
}

function nameOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
