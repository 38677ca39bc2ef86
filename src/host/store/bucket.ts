/** A store in a bucket, below a prefix: the same names as in a folder. */
import { tmpdir } from "node:os";
import { type ByteSource, bytesSource, chunks } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";
import { sha256Hex } from "../../core/signature/digest.ts";
import type { ObjectLock, ObjectLocks } from "../../core/store/lock.ts";
import type { OpenedObject, PackStore } from "../../core/store/objects.ts";
import type { Bucket, PutBody } from "../../net/s3/bucket.ts";
import { bucketLocks } from "../../net/s3/locks.ts";
import { BLOCK_BYTES, ObjectSource } from "../../net/s3/object-source.ts";
import { areConditionsKept, probe } from "../../net/s3/probe.ts";
import { stageFile } from "../files/staged.ts";
import { hostPlatform } from "../platform/bun.ts";

/** After no answer to a PUT the name is looked at, and the object sent again where it is not there. */
const TRIES = 5;
const FIRST_WAIT_MS = 100;
const AT_A_TIME = 16;

/** @param place as it is shown */
export function bucketStore(bucket: Bucket, place: string): PackStore {
  async function create(name: string, body: PutBody): Promise<boolean> {
    for (let attempt = 0; ; attempt += 1) {
      const created = await bucket.create(name, body);
      // What is there may be of the try before, which took effect late: a second commit would have the same entries.
      if (created === false && attempt > 0) return (await digestAt(bucket, name)) === body.sha256;
      if (created !== "unknown") return created;
      if (attempt === TRIES) {
        throw new GaitError("store_unreachable", `${bucket.path(name)}: no answer says whether it was created`, {
          hint: "Run the command again: what is there already stays as it is.",
        });
      }
      await Bun.sleep(FIRST_WAIT_MS * 2 ** attempt * (0.5 + Math.random()));
      const there = await digestAt(bucket, name);
      if (there !== undefined) return there === body.sha256;
    }
  }

  const locks = bucketLocks(bucket, hostPlatform);
  return {
    place,
    isRemote: true,
    readAhead: AT_A_TIME,
    path: (name) => bucket.path(name),
    async read(name, limit) {
      return (await bucket.first(name, limit + 1))?.bytes;
    },
    list: (prefix) => bucket.list(prefix),
    open: (name) => opened(bucket, name),
    locks,
    async create(name, bytes, { lock }) {
      // A server that knows no conditions would put it in the place of what is there.
      if (!isLogged(name) && (await isSeen(bucket, name))) return false;
      return create(name, { body: bytes, sha256: sha256Hex(hostPlatform, bytes), lock });
    },
    async createFrom(name, source, sha256, lock) {
      // Nothing is sent in vain, and a server without conditions puts no second version on top.
      if (await isSeen(bucket, name)) return false;
      if (source.size <= BLOCK_BYTES) {
        const bytes = new Uint8Array(source.size);
        bytes.set(await source.read(0, source.size));
        if (sha256Hex(hostPlatform, bytes) !== sha256) throw changed(bucket.path(name));
        return create(name, { body: bytes, sha256, lock });
      }
      const created = await createLarge(bucket, name, { source, sha256, lock }, create);
      if (created && lock !== undefined) await lockedAs(locks, name, lock);
      return created;
    },
    async replace(name, bytes) {
      await bucket.replace(name, { body: bytes, sha256: sha256Hex(hostPlatform, bytes) });
    },
    async keepsNames(isThorough) {
      if (isThorough) return (await probe(bucket, hostPlatform)) === "kept";
      return areConditionsKept(bucket, hostPlatform);
    },
  };
}

/** Who may only put is told by some servers that it may not look: the condition of the PUT decides then. */
async function isSeen(bucket: Bucket, name: string): Promise<boolean> {
  try {
    return await bucket.has(name);
  } catch (error) {
    if (error instanceof GaitError && error.code === "store_refused") return false;
    throw error;
  }
}

/** Names of a log: `keepsNames` was asked before it was begun, and a commit more is a request less. */
function isLogged(name: string): boolean {
  return name.startsWith("collections/");
}

async function opened(bucket: Bucket, name: string): Promise<OpenedObject> {
  const path = bucket.path(name);
  const first = await bucket.first(name, BLOCK_BYTES);
  if (first === undefined) {
    throw new GaitError("not_found", `${path} does not exist`, { hint: "`gait store ls` lists what the store has." });
  }
  const { bytes, size, etag, lock } = first;
  const ends = { path, lock, assertUnchanged: () => undefined, close: () => undefined };
  if (bytes.length === size) return { ...ends, source: bytesSource(bytes), whole: bytes };
  const source = new ObjectSource(path, first, (start, end) => bucket.part(name, { start, end, etag }), hostPlatform);
  return { ...ends, source, digest: () => source.digest() };
}

/** A body of known length and digest: from a file of its own, so that it is never in memory. */
async function createLarge(
  bucket: Bucket,
  name: string,
  { source, sha256, lock }: Omit<PutBody, "body"> & { readonly source: ByteSource },
  create: (name: string, body: PutBody) => Promise<boolean>,
): Promise<boolean> {
  const staged = stageFile(tmpdir(), "gait-put");
  try {
    const hash = hostPlatform.sha256();
    for await (const bytes of chunks(source)) {
      hash.update(bytes);
      staged.sink.write(bytes);
    }
    staged.seal();
    if (hash.hex() !== sha256) throw changed(bucket.path(name));
    return await create(name, { body: Bun.file(staged.path), sha256, lock });
  } finally {
    staged.discard();
  }
}

/** Ceph 16 takes no lock with an object that is put in parts: it gets its lock afterwards. */
async function lockedAs(locks: ObjectLocks, name: string, { mode, until, isHeld }: ObjectLock): Promise<void> {
  const there = await locks.of(name);
  // Servers keep whole seconds.
  const isShort = until !== undefined && (there.until ?? 0) < until - 1000;
  if (isShort && mode !== undefined) await locks.retain(name, { mode, until });
  if (isHeld && !there.isHeld) await locks.hold(name, true);
}

async function digestAt(bucket: Bucket, name: string): Promise<string | undefined> {
  if (!(await isSeen(bucket, name))) return undefined;
  const { whole, digest } = await opened(bucket, name);
  return whole === undefined ? digest?.() : sha256Hex(hostPlatform, whole);
}

function changed(path: string): GaitError {
  return new GaitError("input_changed", `the file changed while it was copied to ${path}`, {
    hint: "Run the command again when no process is writing to the file.",
  });
}
