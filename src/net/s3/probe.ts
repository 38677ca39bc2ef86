/**
 * Whether a server keeps the one condition that a log needs: a name that is there is not created again. There are servers
 * that answer 200 and overwrite, and that is seen before somebody relies on it.
 */
import { GaitError } from "../../core/finding/error.ts";
import { type Hashing, sha256Hex } from "../../core/signature/digest.ts";
import type { Bucket, PutBody } from "./bucket.ts";

/** Below it nothing is read by anybody; its objects stay, because no command removes any. */
const PROBES = ".gait-probe/";
const RACERS = 8;

export type Conditions = "kept" | "ignored";

/** Puts a new name twice, and lets some race for another. @throws GaitError `store_refused` where what was put can't be read */
export async function probe(bucket: Bucket, hashing: Hashing): Promise<Conditions> {
  const bodyOf = (text: string): PutBody => putBody(text, hashing);
  const name = `${PROBES}${crypto.randomUUID()}`;
  // Nobody else knows the name: that it is there already is the work of a try that got no answer.
  await answered(bucket, name, bodyOf("1"));
  const second = await answered(bucket, name, bodyOf("2"));
  const there = await bucket.first(name, 2);
  if (there === undefined) {
    throw new GaitError("store_refused", `${bucket.path(name)} was put, and is not there as it was`, {
      hint: "The store can't be used: what is put must be there for the next reader.",
    });
  }
  if (second !== false || new TextDecoder().decode(there.bytes) !== "1") return "ignored";
  const race = `${PROBES}${crypto.randomUUID()}`;
  const won = await Promise.all(Array.from({ length: RACERS }, (_, at) => bucket.create(race, bodyOf(`racer ${at}`))));
  return won.filter((each) => each === true).length > 1 ? "ignored" : "kept";
}

/** The same by one name that is always there, in one request where it is. */
export async function areConditionsKept(bucket: Bucket, hashing: Hashing): Promise<boolean> {
  const name = `${PROBES}conditions`;
  const body = putBody("a name that is there is not created again\n", hashing);
  if ((await answered(bucket, name, body)) === false) return true;
  return (await answered(bucket, name, body)) === false;
}

const TRIES = 5;
const FIRST_WAIT_MS = 100;

/** Whether a name that is there was created: no answer says nothing of it, and is no reason to call a server one that ignores conditions. */
async function answered(bucket: Bucket, name: string, body: PutBody): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await Bun.sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
    const created = await bucket.create(name, body);
    if (created !== "unknown") return created;
  }
  // A server that can't be reached at all says why here.
  await bucket.has(name);
  throw new GaitError("store_unreachable", `${bucket.path(name)}: no answer says whether it is created again`, {
    hint: "Run the command again when the server has less to do.",
  });
}

function putBody(text: string, hashing: Hashing): PutBody {
  const body = new TextEncoder().encode(text);
  return { body, sha256: sha256Hex(hashing, body) };
}
