/** The flags that all `gait job` commands share. */
import { GaitError } from "../../../core/finding/error.ts";
import { utcTimestamp } from "../../../core/time/timestamp.ts";
import type { JobStore } from "../../../host/job/store.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Call, Flag } from "../../command/command.ts";

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
