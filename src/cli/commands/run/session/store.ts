/** The flags that all `gait run session` commands share. */
import { GaitError } from "../../../../core/finding/error.ts";
import type { SessionStamp } from "../../../../core/session/event.ts";
import type { Journal } from "../../../../core/session/journal.ts";
import { parseDuration } from "../../../../core/time/go-duration.ts";
import { utcTimestamp } from "../../../../core/time/timestamp.ts";
import type { SessionStore } from "../../../../host/session/store.ts";
import { BUILD } from "../../../command/build-info.ts";
import type { Call, Flag } from "../../../command/command.ts";

/** How long a lock is waited for, by `GAIT_SESSION_LOCK_PROFILE`, as in the Go implementation; in ms. */
const PROFILES: Readonly<Record<string, { readonly wait: number; readonly stale: number }>> = {
  standard: { wait: 2_000, stale: 5 * 60_000 },
  swarm: { wait: 10_000, stale: 10 * 60_000 },
};

/** One clock reading for all that a command writes. */
export function storeOf(call: Call): SessionStore {
  const now = call.now();
  const time = utcTimestamp(Math.floor(now / 1000), Math.floor(now % 1000) * 1_000_000);
  const profile = PROFILES[(call.env["GAIT_SESSION_LOCK_PROFILE"] ?? "").trim().toLowerCase()] ?? PROFILES["standard"];
  return {
    producerVersion: BUILD.version,
    now: () => time,
    lockWaitMs: milliseconds(call.env["GAIT_SESSION_LOCK_TIMEOUT"]) ?? profile?.wait,
    lockStaleMs: milliseconds(call.env["GAIT_SESSION_LOCK_STALE_AFTER"]) ?? profile?.stale,
  };
}

/** `undefined` for what is no duration, as the Go implementation takes it. */
function milliseconds(text: string | undefined): number | undefined {
  const nanoseconds = text === undefined ? undefined : parseDuration(text.trim());
  return nanoseconds === undefined || nanoseconds === 0n ? undefined : Number(nanoseconds / 1_000_000n);
}

export function stampOf({ header }: Pick<Journal, "header">, { producerVersion, now }: SessionStore): SessionStamp {
  return { sessionId: header.session_id, runId: header.run_id, producerVersion, now: now() };
}

export function journalOf(call: Call): string {
  return needed(call, "--journal", "the session's journal");
}

/** @throws GaitError `invalid_input` when the flag is not given, or blank */
export function needed(call: Call, flag: Flag, what: string): string {
  const value = call.option(flag)?.trim() ?? "";
  if (value !== "") return value;
  throw new GaitError("invalid_input", `${flag} is missing`, { hint: `Give ${what} with ${flag}.` });
}

/** A list with commas; blank items are left out. */
export function listOf(call: Call, flag: Flag): string[] {
  return (call.option(flag) ?? "").split(",").filter((item) => item.trim() !== "");
}

export function statusMembers({ header, events, checkpoints, lastSequence }: Journal) {
  return {
    session_id: header.session_id,
    run_id: header.run_id,
    created_at: header.created_at,
    started_at: header.started_at,
    event_count: events.length,
    checkpoint_count: checkpoints.length,
    last_sequence: lastSequence,
  };
}
