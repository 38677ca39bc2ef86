/** The flags that all `gait job` commands share. */
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

export function storeOf(call: Call): JobStore {
  return {
    root: call.option("--root") ?? "",
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
  throw new GaitError("invalid_input", `${flag} is missing`, { hint: `Give ${what} with ${flag}.` });
}

export function jobId(call: Call): string {
  return needed(call, "--id", "the job's id").trim();
}
