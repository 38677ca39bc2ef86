/** A store that locks what it creates, as long as it says of itself: so that nothing in it is without a lock, its logs and receipts neither. */
import type { ObjectLock } from "../../core/store/lock.ts";
import type { PackStore } from "../../core/store/objects.ts";
import type { StoreDocument } from "../../schema/document/store/collection.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** The lock of what is created now. @param now milliseconds since 1970 */
export function lockFrom(now: number, { retention }: StoreDocument): ObjectLock & { readonly until: number } {
  return { mode: retention.mode, until: now + retention.days * DAY_MS, isHeld: false };
}

/** The store itself where nothing can be locked, or where that may not be asked. */
export async function lockingStore(store: PackStore, about: StoreDocument, now: number): Promise<PackStore> {
  if (store.locks === undefined || !(await store.locks.areOn())) return store;
  const own = lockFrom(now, about);
  return {
    ...store,
    create: (name, bytes, { lock = own, ...options }) => store.create(name, bytes, { ...options, lock }),
    createFrom: (name, source, sha256, lock = own) => store.createFrom(name, source, sha256, lock),
  };
}
