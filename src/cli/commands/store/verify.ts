/** The work of `gait store verify`: `gait pack verify` of many, and each has the SHA-256 of its name. */

import { GaitError } from "../../../core/finding/error.ts";
import { isRunName } from "../../../core/store/names.ts";
import { shardOf } from "../../../core/verify/shard.ts";
import { lockingStore } from "../../../host/store/locking.ts";
import { type OpenedStore, openStore } from "../../../host/store/open.ts";
import { listedPacks } from "../../../host/store/packs.ts";
import { stageReceipts } from "../../../host/store/receipts.ts";
import type { PackFailure } from "../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../command/command.ts";
import { netOf } from "../../flags/net.ts";
import type { KeptReceipts } from "../pack/many/kept-receipts.ts";
import { verifyMany } from "../pack/many/verify-many.ts";
import { unlocked } from "./locked.ts";
import { prefixOf } from "./prefix.ts";

export async function verifyStore(call: Call): Promise<Answer<PackFailure>> {
  const [place = ""] = call.positionals;
  const opened = await openStore(place, netOf(call));
  const { store, about } = opened;
  const isRequired = call.has("--require-retention");
  if (isRequired && store.locks === undefined) throw unlocked(place);
  const prefix = prefixOf(call);
  const list = () => listedPacks(store, prefix, { days: about.retention.days, isRequired });
  const keep = await keptIn(opened, call);
  try {
    return await verifyMany(
      { ...call, positionals: [] },
      {
        ...{ located: (path) => path, assertHolds: () => undefined, list, isNamedByDigest: true },
        ...(keep === undefined ? {} : { keep }),
      },
    );
  } finally {
    keep?.discard();
  }
}

/** With `--receipts`. @throws GaitError `invalid_input` for flags that don't go together, `already_exists` */
async function keptIn({ store, about: document }: OpenedStore, call: Call): Promise<KeptReceipts | undefined> {
  const run = call.option("--run");
  if (!call.has("--receipts")) {
    if (run === undefined) return undefined;
    throw new GaitError("invalid_input", "--run is given without --receipts", { hint: "Add --receipts." });
  }
  if (call.has("--fail-fast")) {
    throw new GaitError("invalid_input", "--receipts and --fail-fast are both given", {
      hint: "Receipts are of a whole verification: leave out --fail-fast.",
    });
  }
  const shard = call.option("--shard");
  if (run === undefined && shard !== undefined) {
    throw new GaitError("invalid_input", "--receipts of a shard need --run", {
      hint: "Give all shards of this verification the same name, and no other verification: --run 2026-w48.",
    });
  }
  if (run !== undefined && !isRunName(run)) {
    throw new GaitError("invalid_input", `--run can't be ${JSON.stringify(run)}`, {
      hint: "Up to 64 small letters, digits, points, hyphens and underscores, beginning with a letter or digit.",
    });
  }
  const now = call.now();
  const about = { run: run ?? newRun(now), shard: shard === undefined ? { index: 0, count: 1 } : shardOf(shard) };
  const staged = await stageReceipts(await lockingStore(store, document, now), about, now);
  return {
    write: (bytes) => staged.sink.write(bytes),
    publish: () => staged.publishOnce(),
    discard: () => staged.discard(),
  };
}

/** `20261127t181500z-1f2e3d4c`: the time, and by chance, since two may begin in one second. */
function newRun(now: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").toLowerCase();
  return `${time}z-${crypto.randomUUID().slice(0, 8)}`;
}
