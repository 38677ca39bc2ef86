/** Receipts in a store: written once, under a name that was free, and found again by their run. */
import { basename, dirname } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { parseReceiptsName, type ReceiptsName, receiptsName } from "../../core/store/names.ts";
import type { ObjectReader } from "../../core/store/objects.ts";
import { type StagedFile, stageFile } from "../files/staged.ts";
import type { FolderStore } from "./folder.ts";

export interface StoredReceipts extends ReceiptsName {
  readonly name: string;
}

/** All of them, or those of some runs; `onForeign` is told of what no store has there. */
export async function* storedReceipts(
  store: ObjectReader,
  runs: readonly string[] = [],
  onForeign: (name: string) => void = () => undefined,
): AsyncGenerator<StoredReceipts> {
  for await (const { name } of store.list("receipts/")) {
    const parsed = parseReceiptsName(name);
    if (parsed === undefined) onForeign(name);
    else if (runs.length === 0 || runs.includes(parsed.run)) yield { name, ...parsed };
  }
}

/**
 * A file for the receipts of one shard, which has no name until it is published.
 * @param now milliseconds since 1970
 * @throws GaitError `already_exists` where the run has this shard already, on any day; `write_failed`
 */
export async function stageReceipts(
  store: FolderStore,
  about: ReceiptsName,
  now: number,
): Promise<StagedFile & { publishOnce(): void }> {
  for await (const { name, shard } of storedReceipts(store, [about.run]))
    if (shard.index === about.shard.index && shard.count === about.shard.count) throw taken(store.path(name), about);
  const path = store.path(receiptsName(about, now));
  const staged = stageFile(dirname(path), basename(path));
  return {
    ...staged,
    publishOnce() {
      staged.seal();
      try {
        staged.publish(path, { replace: false });
      } catch (error) {
        throw error instanceof GaitError && error.code === "already_exists" ? taken(path, about) : error;
      }
    },
  };
}

function taken(path: string, { run, shard }: ReceiptsName): GaitError {
  return new GaitError(
    "already_exists",
    `shard ${shard.index} of ${shard.count} of run ${run} has its receipts already: ${path}`,
    {
      hint: "Nothing is replaced in a store: give each verification a --run of its own, the same for all its shards.",
    },
  );
}
