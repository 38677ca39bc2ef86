/** `gait store hold` and `gait store retain`, and what packs are locked with as they are put. */
import { basename } from "node:path";
import { GaitError } from "../../../core/finding/error.ts";
import type { ObjectLock, ObjectLocks } from "../../../core/store/lock.ts";
import type { PackStore } from "../../../core/store/objects.ts";
import { instantOfTimestamp, timestampProblem } from "../../../core/time/timestamp.ts";
import { lockFrom } from "../../../host/store/locking.ts";
import { openStore } from "../../../host/store/open.ts";
import { storedFiles } from "../../../host/store/packs.ts";
import type { LockedObject, StoreLockOutput } from "../../../schema/answer/store/objects.ts";
import type { StoreDocument } from "../../../schema/document/store/collection.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { digestNamed } from "./named-pack.ts";

/** Of a folder: it locks nothing. */
export function unlocked(place: string): GaitError {
  return new GaitError("unsupported", `${place} is a folder, and a folder locks nothing`, {
    hint: "Retention and holds are those of a bucket with Object Lock: s3://bucket/prefix. Keep a folder on media that can't be changed.",
  });
}

/** What each pack is locked with as it is put; `undefined` where nothing can be locked. */
export async function lockOfPut(
  call: Call,
  store: PackStore,
  about: StoreDocument,
): Promise<{ readonly lock: ObjectLock | undefined; readonly warnings: readonly string[] }> {
  const asked = call.option("--retain-until");
  const isHeld = call.has("--legal-hold");
  const isOn = store.locks !== undefined && (await store.locks.areOn());
  if (!isOn) {
    if (asked === undefined && !isHeld)
      return { lock: undefined, warnings: store.locks === undefined ? [] : [noLock(store.place)] };
    throw store.locks === undefined ? unlocked(store.place) : new GaitError("unsupported", noLock(store.place), HOW);
  }
  const least = lockFrom(call.now(), about);
  const until = asked === undefined ? least.until : Math.max(least.until, timeOf(asked, "--retain-until"));
  return { lock: { ...least, until, isHeld }, warnings: [] };
}

function noLock(place: string): string {
  return `the bucket of ${place} has no Object Lock, or it may not be asked for: what is put gets no lock`;
}

const HOW = { hint: "Object Lock is turned on for a bucket by whoever makes it; then give it a default retention." };

export async function holdPacks(call: Call, isHeld: boolean): Promise<Answer<StoreLockOutput>> {
  return changed(call, async (locks, name, before) => {
    if (before.isHeld === isHeld) return false;
    await locks.hold(name, isHeld);
    return true;
  });
}

export async function retainPacks(call: Call): Promise<Answer<StoreLockOutput>> {
  const text = call.option("--until");
  if (text === undefined) {
    throw new GaitError("invalid_input", "--until is missing", {
      hint: "Say until when: --until 2027-06-01T00:00:00Z.",
    });
  }
  const until = timeOf(text, "--until");
  return changed(call, async (locks, name, before, mode) => {
    if (before.until === until) return false;
    if (before.until !== undefined && before.until > until) {
      throw new GaitError(
        "invalid_input",
        `${name} is locked until ${isoOf(before.until)}: nothing makes that shorter`,
        {
          hint: "Give a later time.",
        },
      );
    }
    await locks.retain(name, { mode: before.mode ?? mode, until });
    return true;
  });
}

type Change = (
  locks: ObjectLocks,
  name: string,
  before: ObjectLock,
  mode: StoreDocument["retention"]["mode"],
) => Promise<boolean>;

/** Each pack that is named, with what lies beside it: a signature that is gone is a pack that nobody vouches for. */
async function changed(call: Call, change: Change): Promise<Answer<StoreLockOutput>> {
  const [place = "", ...wanted] = call.positionals;
  const { store, about } = await openStore(place, netOf(call));
  const { locks } = store;
  if (locks === undefined) throw unlocked(place);
  if (!(await locks.areOn())) throw new GaitError("unsupported", noLock(place), HOW);
  const digests = new Set(wanted.map(digestNamed));
  const found = await Array.fromAsync(storedFiles(store, "packs/"));
  const names = found.filter(({ sha256 }) => digests.has(sha256)).map(({ name }) => name);
  for (const digest of digests) {
    if (names.some((name) => basename(name) === `${digest}.zip`)) continue;
    throw new GaitError("not_found", `the store has no pack with the SHA-256 ${digest}`, {
      hint: "`gait store ls` lists what it has. Nothing was changed.",
    });
  }
  const objects: LockedObject[] = [];
  for (const name of names) {
    const isChanged = await change(locks, name, await locks.of(name), about.retention.mode);
    objects.push({ key: name, outcome: isChanged ? "changed" : "unchanged", lock: shownLock(await locks.of(name)) });
  }
  const text = objects.map(({ key, lock }) => `${key}  ${lockText(lock)}\n`).join("");
  return { exit: EXIT.ok, json: { store: place, objects }, text };
}

/** As answers have it. */
export function shownLock({ mode, until, isHeld }: ObjectLock): LockedObject["lock"] {
  return {
    ...(mode === undefined || until === undefined ? {} : { mode, until: isoOf(until) }),
    legal_hold: isHeld,
  };
}

export function lockText({ mode, until, legal_hold }: LockedObject["lock"]): string {
  const parts = [...(until === undefined ? [] : [`${mode} until ${until}`]), ...(legal_hold ? ["legal hold"] : [])];
  return parts.length === 0 ? "not locked" : parts.join(", ");
}

/** Milliseconds since 1970. */
function timeOf(text: string, flag: "--until" | "--retain-until"): number {
  const problem = timestampProblem(text);
  const time = problem === undefined ? instantOfTimestamp(text).seconds * 1000 : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new GaitError("invalid_input", `${flag} can't be ${JSON.stringify(text)}`, {
    hint: "Give a time with its zone: 2027-06-01T00:00:00Z.",
  });
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
