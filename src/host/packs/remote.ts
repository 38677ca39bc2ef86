/**
 * Packs that are no files of this machine: fetched ahead of their verdicts, many at a time, because each takes a while to
 * come. Only the thread that asks fetches them; others are handed the bytes.
 */
import { basename } from "node:path";
import { bytesSource } from "../../core/bytes/source.ts";
import { finding } from "../../core/finding/finding.ts";
import { type RetentionFault, retentionFault } from "../../core/store/lock.ts";
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
  readonly retention: RetentionState | undefined;
}

/** What is wrong with its lock, and whether that is a finding. */
interface RetentionState {
  readonly code: RetentionFault;
  readonly message: string;
  readonly isRequired: boolean;
}

type Around = Pick<HeldPack, "beside" | "retention">;

export async function judgeHeldPack(
  { path, bytes, sidecars, ...around }: HeldPack,
  options: FileOptions,
): Promise<Settled<VerificationData>> {
  return told(await judgeHeld({ path, source: bytesSource(bytes) }, sidecars, options), path, around);
}

function told(settled: Settled<VerificationData>, path: string, around: Around): Settled<VerificationData> {
  if (!("answer" in settled)) return settled;
  const verification = withUnchecked(settled.answer, besideNames(around.beside, basename(path)));
  return { answer: around.retention === undefined ? verification : withRetention(verification, around.retention) };
}

function withRetention(
  verification: VerificationData,
  { code, message, isRequired }: RetentionState,
): VerificationData {
  if (!isRequired) return { ...verification, warnings: [...verification.warnings, `${code}: ${message}`] };
  const findings = [finding(code, { message }), ...verification.findings];
  const reason = verification.verdict === "failed" ? verification.reason : message;
  return { ...verification, verdict: "failed", reason, findings };
}

function retentionOf({ retention }: RemotePack, { lock }: OpenedObject): RetentionState | undefined {
  const fault = retention === undefined ? undefined : retentionFault(lock, retention.until);
  return fault && { ...fault, isRequired: retention?.isRequired === true };
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
      const around = { beside: remote.beside, retention: retentionOf(remote, opened) };
      const held = whole === undefined ? undefined : { path, bytes: whole, sidecars, ...around };
      return { held, judge: (options) => judged({ ...opened, path }, { sidecars, ...around }, options), release };
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
  { sidecars, ...around }: Pick<HeldPack, "sidecars"> & Around,
  options: FileOptions,
): Promise<Settled<VerificationData>> {
  return told(await judgeHeld(opened, sidecars, options), opened.path, around);
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
