/** The flags that all `gait job` commands share. */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { GaitError } from "../../../core/finding/error.ts";
import { utcTimestamp } from "../../../core/time/timestamp.ts";
import type { JobStore } from "../../../host/job/store.ts";
import { loadPrivateKey } from "../../../host/keys.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Call, Flag } from "../../command/command.ts";
import { privateKeySource } from "../../flags/keys.ts";

/** The store of a command that changes a job, which signs the log where it was given a key. */
export async function signingStore(call: Call): Promise<{ store: JobStore; warnings: readonly string[] }> {
  const source = privateKeySource(call);
  if (source === undefined) return { store: storeOf(call), warnings: [] };
  const { signer, warning } = await loadPrivateKey(source, hostPlatform);
  return { store: { ...storeOf(call), signer }, warnings: warning === undefined ? [] : [warning] };
}

/** @param root where the command takes no id; else that of the job that `--id` names */
export function storeOf(call: Call, root: string = placeOf(call).root): JobStore {
  return {
    root,
    producerVersion: BUILD.version,
    now: () => {
      const now = call.now();
      return utcTimestamp(Math.floor(now / 1000), Math.floor(now % 1000) * 1_000_000);
    },
  };
}

/** @throws GaitError `invalid_input` when the flag is not given */
export function needed(call: Call, flag: Flag, what: string): string {
  const value = call.option(flag);
  if (value !== undefined) return value;
  throw new GaitError("invalid_input", `${flag} is missing`, {
    hint: `Give ${what} with ${flag}.${flag === "--id" ? " `gait job list` shows them." : ""}`,
  });
}

export function jobId(call: Call): string {
  return placeOf(call).id;
}

/** Of a file of a job the folder that it lies in. */
function folderOf(given: string): string {
  const isOfJob = /(?:^|[/\\])(?:state\.json|events\.jsonl)$/.test(given) && existsSync(given);
  return isOfJob ? dirname(resolve(given)) : given;
}

/**
 * The job that `--id` names: by its id below `--root`, or by the path of its folder where that is one.
 * @throws GaitError `invalid_input` when the flag is not given, or is such a path beside `--root`
 */
function placeOf(call: Call): { readonly root: string; readonly id: string } {
  const given = folderOf(needed(call, "--id", "the job's id").trim());
  const folder = resolve(given);
  const isPath = /[/\\]/.test(given) && ["events.jsonl", "state.json"].some((name) => existsSync(join(folder, name)));
  if (!isPath) return { root: call.option("--root") ?? "", id: given };
  if (call.has("--root")) {
    throw new GaitError("invalid_input", `--id is the path of a job's folder, ${given}, beside --root`, {
      hint: "Give the path alone, or the job's id with --root.",
    });
  }
  return { root: dirname(given.replace(/[/\\]+$/, "")), id: basename(folder) };
}
