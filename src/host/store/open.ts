/** Opens a store, and refuses a folder that is none. */
import { GaitError } from "../../core/finding/error.ts";
import { parseJson } from "../../core/json/parse.ts";
import { STORE_NAME } from "../../core/store/names.ts";
import type { PackStore } from "../../core/store/objects.ts";
import type { NetOptions } from "../../net/s3/open-bucket.ts";
import type { StoreDocument } from "../../schema/document/store/collection.ts";
import { storeValidator } from "../../schema/validator/collection.ts";
import { openFolder } from "./folder.ts";

const MAX_BYTES = 64 * 1024;

export interface OpenedStore {
  readonly store: PackStore;
  /** What it says of itself. */
  readonly about: StoreDocument;
}

/** @throws GaitError `not_found`, `invalid_input` for a place without `gait-store.json`, `unsupported` for another layout */
export async function openStore(folder: string, net: NetOptions): Promise<OpenedStore> {
  const store = await openPlace(folder, net);
  const about = await storeDocument(store);
  if (about !== undefined) return { store, about };
  throw new GaitError("invalid_input", `${folder} is no store: it has no ${STORE_NAME}`, {
    hint: "Make one with `gait store init`, or give the folder that has the file.",
  });
}

/** A folder, or a bucket: only this loads code that opens a socket. */
export async function openPlace(place: string, net: NetOptions): Promise<PackStore> {
  if (!place.startsWith("s3://")) return openFolder(place);
  const [{ openBucket }, { bucketStore }] = await Promise.all([
    import("../../net/s3/open-bucket.ts"),
    import("./bucket.ts"),
  ]);
  const { bucket, place: shown } = openBucket(place, net);
  return bucketStore(bucket, shown);
}

/** What the store says of itself; `undefined` where the folder is none. */
export async function storeDocument(store: PackStore): Promise<StoreDocument | undefined> {
  const bytes = await store.read(STORE_NAME, MAX_BYTES);
  if (bytes === undefined) return undefined;
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch {
    value = undefined;
  }
  if (storeValidator.fits(value)) return value;
  throw new GaitError("unsupported", `${store.path(STORE_NAME)} is not that of a store which this version knows`, {
    hint: "Use a newer version of gait, or get the file again from where the store was copied.",
  });
}
