/** Appending to a collection's log: the next commit is a name that does not exist yet, so that nobody needs a lock. */
import { encodeHex } from "../bytes/encoding.ts";
import { GaitError } from "../finding/error.ts";
import type { CollectionNames } from "../store/names.ts";
import type { ObjectStore } from "../store/objects.ts";
import { formatCommit } from "./commit.ts";
import type { Log } from "./log.ts";

/** Fewer than a commit may have: whoever reads it holds all of it in memory. */
export const BATCH_ENTRIES = 16_384;
const MOST_BATCH_BYTES = 4 * 1024 * 1024;

export interface Appended {
  /** The place of the first in the log. */
  readonly start: number;
  readonly count: number;
  /** Commits written. */
  readonly commits: number;
}

/**
 * Appends the entries, in as many commits as they need. Whoever appends at the same time wins a name or takes the next.
 * @param log read to its end; it has the entries, and those of others, afterwards
 * @param random 16 random bytes for each attempt
 */
export async function appendEntries(
  store: ObjectStore,
  names: CollectionNames,
  log: Log,
  entries: readonly Uint8Array[],
  random: () => Uint8Array,
): Promise<Appended> {
  let first: number | undefined;
  let commits = 0;
  for (let at = 0; at < entries.length; ) {
    const batch = batchOf(entries, at);
    const start = log.tree.size;
    const commit = { start, range: log.tree.range(), nonce: encodeHex(random()), entries: batch };
    const name = names.commit(log.commits);
    if (await store.create(name, formatCommit(commit), { lasting: true })) log.take(commit);
    else {
      const there = await log.next();
      if (there === undefined) throw unread(store, name);
      // Somebody else's comes first; by its nonce it is this one, whatever the store said.
      if (there.commit?.nonce !== commit.nonce) continue;
    }
    first ??= start;
    at += batch.length;
    commits += 1;
  }
  return { start: first ?? log.tree.size, count: entries.length, commits };
}

/** The store says that a name is taken, and has nothing under it. */
function unread(store: ObjectStore, name: string): GaitError {
  return new GaitError("store_refused", `${store.place}: ${name} is taken, and can't be read`, {
    hint: "Does the store show objects as soon as they are put, and may these credentials read them? Nothing was appended.",
  });
}

function batchOf(entries: readonly Uint8Array[], from: number): readonly Uint8Array[] {
  let end = from;
  let bytes = 0;
  while (end < entries.length && end - from < BATCH_ENTRIES) {
    bytes += (entries[end]?.length ?? 0) + 2;
    if (bytes > MOST_BATCH_BYTES && end > from) break;
    end += 1;
  }
  return entries.slice(from, end);
}
