/**
 * Packs that are no files of this machine: fetched ahead of their verdicts, many at a time, because each takes a while to
 * come. Only the thread that asks fetches them; others are handed the bytes.
 */
import { basename } from "node:path";
import { bytesSource } from "../../core/bytes/source.ts";
import type { OpenedObject, RemotePack } from "../../core/store/objects.ts";
import { MAX_SIGNATURE_FILE_BYTES, type Sidecar } from "../../core/trust/format/read-file.ts";
import { besideNames, withUnchecked } from "../../core/verify/unchecked.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Settled } from "../threads/settled.ts";
import { type FileOptions, judgeHeld } from "./artifact-file.ts";

/** Requests at a time: at 50 ms from here to the store, fewer leave the processor idle. */
const MOST_AT_A_TIME = 64;
/** Of all that is fetched, or on its way, and was not judged. */
const MOST_BYTES = 128 * 1024 * 1024;
/** A larger one is read by parts while it is judged. */
export const LARGEST_HELD = 8 * 1024 * 1024;
/** Files that are read beside one pack. */
const MOST_FILES = 200;

/** A pack in memory, as it can be handed to another thread. */
export interface HeldPack {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sidecars: readonly Sidecar[];
  /** The names of what lies beside it. */
  readonly beside: readonly string[];
}

export async function judgeHeldPack(
  { path, bytes, sidecars, beside }: HeldPack,
  options: FileOptions,
): Promise<Settled<VerificationData>> {
  return told(await judgeHeld({ path, source: bytesSource(bytes) }, sidecars, options), path, beside);
}

function told(settled: Settled<VerificationData>, path: string, beside: readonly string[]): Settled<VerificationData> {
  return "answer" in settled ? { answer: withUnchecked(settled.answer, besideNames(beside, basename(path))) } : settled;
}

/** A pack that was opened: in memory, or larger than that. */
export interface Fetched {
  readonly held: HeldPack | undefined;
  judge(options: FileOptions): Promise<Settled<VerificationData>>;
  /** It was judged, or handed on. */
  release(): void;
}

export class Fetching {
  readonly #withBeside: boolean;
  #waiting: { readonly size: number; readonly go: () => void }[] = [];
  #bytes = 0;
  #running = 0;

  /** `withBeside`: with the files beside each, for a trust file. */
  constructor(withBeside: boolean) {
    this.#withBeside = withBeside;
  }

  /** In the order of the calls, as there is room. */
  async hold(path: string, remote: RemotePack): Promise<Fetched> {
    const size = Math.min(remote.size, LARGEST_HELD);
    await this.#room(size);
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      this.#bytes -= size;
      this.#next();
    };
    try {
      const opened = await remote.open();
      const sidecars = this.#withBeside ? await sidecarsOf(remote) : [];
      const { whole } = opened;
      const { beside } = remote;
      const held = whole === undefined ? undefined : { path, bytes: whole, sidecars, beside };
      return { held, judge: (options) => judged({ ...opened, path }, { sidecars, beside }, options), release };
    } catch (error) {
      release();
      throw error;
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  #room(size: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ size, go: resolve });
    this.#next();
    return promise;
  }

  #next(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const isFull = this.#bytes > 0 && this.#bytes + next.size > MOST_BYTES;
      if (this.#running >= MOST_AT_A_TIME || isFull) return;
      this.#waiting.shift();
      this.#running += 1;
      this.#bytes += next.size;
      next.go();
    }
  }
}

async function judged(
  opened: OpenedObject,
  { sidecars, beside }: Pick<HeldPack, "sidecars" | "beside">,
  options: FileOptions,
): Promise<Settled<VerificationData>> {
  return told(await judgeHeld(opened, sidecars, options), opened.path, beside);
}

async function sidecarsOf(remote: RemotePack): Promise<readonly Sidecar[]> {
  const sidecars: Sidecar[] = [];
  for (const name of remote.beside.slice(0, MOST_FILES)) {
    const bytes = await remote.readBeside(name, MAX_SIGNATURE_FILE_BYTES);
    if (bytes === undefined) sidecars.push({ name, fault: "it does not exist" });
    else if (bytes.length <= MAX_SIGNATURE_FILE_BYTES) sidecars.push({ name, bytes });
    else sidecars.push({ name, fault: `it is larger than ${MAX_SIGNATURE_FILE_BYTES / 1024 / 1024} MiB` });
  }
  const next = remote.beside[MOST_FILES];
  if (next !== undefined)
    sidecars.push({ name: next, fault: `there are more than ${MOST_FILES} files beside the pack` });
  return sidecars;
}
