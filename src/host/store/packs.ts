/** The packs in a store, and what lies beside each. */
import { keptUntil } from "../../core/store/lock.ts";
import { parsePackName } from "../../core/store/names.ts";
import type { ObjectReader, OpenedObject, PackStore, RemotePack, StoredObject } from "../../core/store/objects.ts";
import type { Listed } from "../files/folder-walk.ts";
import { whileOpen } from "../packs/artifact-file.ts";

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
  return whileOpen(await store.open(name), use);
}

/** How long the store's packs are to be kept. */
export interface AskedRetention {
  readonly days: number;
  /** A pack that is not locked so long fails. */
  readonly isRequired: boolean;
}

/** The packs, to be verified; what no store has there is left, and told. */
export async function* listedPacks(
  store: PackStore,
  prefix: string,
  retention: AskedRetention,
): AsyncGenerator<Listed> {
  const left: string[] = [];
  const foreign = (name: string): void => void left.push(name);
  if (store.locks !== undefined) {
    const asked = retention.isRequired || (await store.locks.areOn()) ? retention : undefined;
    if (asked === undefined) yield { path: store.place, left: UNLOCKED };
    yield* listedRemote(store, { prefix, retention: asked }, foreign);
  } else for await (const { name } of storedPacks(store, prefix, foreign)) yield { path: store.path(name) };
  for (const name of left) yield { path: store.path(name), left: "foreign: no store has such a name" };
}

const UNLOCKED = "the bucket has no Object Lock, or it may not be asked for: retention was not checked";

interface RemoteList {
  readonly prefix: string;
  readonly retention: AskedRetention | undefined;
}

/** A bucket lists by names: what lies beside a pack comes behind it. */
async function* listedRemote(
  store: PackStore,
  { prefix, retention }: RemoteList,
  onForeign: (name: string) => void,
): AsyncGenerator<Listed> {
  let pack: StoredFile | undefined;
  let beside: string[] = [];
  for await (const file of storedFiles(store, prefix, onForeign)) {
    if (file.beside === undefined) {
      if (pack !== undefined) yield remotePack(store, pack, { beside, retention });
      pack = file;
      beside = [];
    } else if (pack !== undefined && file.name.startsWith(pack.name)) beside.push(nameOf(file.name));
    else yield { path: store.path(file.name), left: "no pack is listed before it that it lies beside" };
  }
  if (pack !== undefined) yield remotePack(store, pack, { beside, retention });
}

function remotePack(
  store: PackStore,
  { name, size }: StoredFile,
  { beside, retention }: Pick<RemoteList, "retention"> & { readonly beside: readonly string[] },
): Listed {
  const folder = name.slice(0, -nameOf(name).length);
  const remote: RemotePack = {
    ...{ size, beside },
    ...(retention === undefined
      ? {}
      : { retention: { until: keptUntil(name, retention.days), isRequired: retention.isRequired } }),
    open: () => store.open(name),
    readBeside: (each, limit) => store.read(folder + each, limit),
  };
  return { path: store.path(name), remote };
}

function nameOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
