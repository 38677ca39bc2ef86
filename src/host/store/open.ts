/** Opens a store, and refuses a folder that is none. */
import { GaitError } from "../../core/finding/error.ts";
import { parseJson } from "../../core/json/parse.ts";
import { STORE_NAME } from "../../core/store/names.ts";
import type { StoreDocument } from "../../schema/document/store/collection.ts";
import { storeValidator } from "../../schema/validator/collection.ts";
import { type FolderStore, openFolder } from "./folder.ts";

const MAX_BYTES = 64 * 1024;

/** @throws GaitError `not_found`, `invalid_input` for a folder without `gait-store.json`, `unsupported` for another layout */
export async function openStore(
  folder: string,
): Promise<{ readonly store: FolderStore; readonly about: StoreDocument }> {
  const store = openFolder(folder);
  const about = await storeDocument(store);
  if (about !== undefined) return { store, about };
  throw new GaitError("invalid_input", `${folder} is no store: it has no ${STORE_NAME}`, {
    hint: "Make one with `gait store init`, or give the folder that has the file.",
  });
}

/** What the store says of itself; `undefined` where the folder is none. */
export async function storeDocument(store: FolderStore): Promise<StoreDocument | undefined> {
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
