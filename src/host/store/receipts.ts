/** Receipts in a store: written once, under a name that was free, and found again by their run. */
import { tmpdir } from "node:os";
import { basename, dirname } from "node:path";
import { chunks } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";
import { parseReceiptsName, type ReceiptsName, receiptsName } from "../../core/store/names.ts";
import type { ObjectReader, PackStore } from "../../core/store/objects.ts";
import { digestFile } from "../../core/trust/file-digests.ts";
import { openSource } from "../files/input.ts";
import { type StagedFile, stageFile } from "../files/staged.ts";
import { hostPlatform } from "../platform/bun.ts";

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
  store: PackStore,
  about: ReceiptsName,
  now: number,
): Promise<StagedFile & { publishOnce(): Promise<void> }> {
  for await (const { name, shard } of storedReceipts(store, [about.run]))
    if (shard.index === about.shard.index && shard.count === about.shard.count) throw taken(store.path(name), about);
  const name = receiptsName(about, now);
  const path = store.path(name);
  const staged = store.isRemote ? stageFile(tmpdir(), "gait-receipts") : stageFile(dirname(path), basename(path));
  return {
    ...staged,
    async publishOnce() {
      staged.seal();
      if (store.isRemote) {
        if (!(await sent(store, name, staged.path))) throw taken(path, about);
        return;
      }
      try {
        staged.publish(path, { replace: false });
      } catch (error) {
        throw error instanceof GaitError && error.code === "already_exists" ? taken(path, about) : error;
      }
    },
  };
}

async function sent(store: PackStore, name: string, file: string): Promise<boolean> {
  const { source, close } = await openSource(file);
  try {
    const { file: digests } = await digestFile(source, ["sha256"], hostPlatform);
    return await store.createFrom(name, source, digests.sha256);
  } finally {
    close();
  }
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

/** The receipts of one name, from front to back. */
export async function* objectChunks(store: PackStore, name: string): AsyncGenerator<Uint8Array> {
  const { source, close } = await store.open(name);
  try {
    yield* chunks(source);
  } finally {
    close();
  }
}
