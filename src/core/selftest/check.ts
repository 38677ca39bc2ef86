/** The building blocks of the self-test: the parts under test, and checks that throw on a mismatch. */

import { GaitError } from "../finding/error.ts";
import type { canonicalize } from "../json/jcs.ts";
import type { parseJson } from "../json/parse.ts";
import type { Platform } from "../platform/platform.ts";
import type { parsePublicKey } from "../signature/key.ts";
import type { Signer } from "../signature/signature.ts";
import type { normalizeTimestamp, toUtc } from "../time/timestamp.ts";
import type { judgeArtifact } from "../verify/verify.ts";
import type { Deflater } from "../zip/deflate.ts";

/** Everything that a verdict or a pack depends on. The tests break each part, and the right check must notice. */
export interface Parts {
  readonly platform: Platform;
  readonly parseJson: typeof parseJson;
  readonly canonicalize: typeof canonicalize;
  readonly parsePublicKey: typeof parsePublicKey;
  readonly normalizeTimestamp: typeof normalizeTimestamp;
  readonly toUtc: typeof toUtc;
  readonly judgeArtifact: typeof judgeArtifact;
  loadDeflater(): Promise<Omit<Deflater, "deflateTo">>;
  /** The signer for a 32-byte seed; absent if this platform only verifies. */
  readonly createSigner?: ((seed: Uint8Array) => Promise<Signer>) | undefined;
}

export interface Check {
  /** Stable: programs match it. */
  readonly name: string;
  /** What it shows when it passes, as a clause. */
  readonly shows: string;
  /** An optional part of the platform: without it the check is skipped. */
  readonly needs?: "createSigner";
  /** @throws any error; a `Mismatch` for a wrong answer */
  run(parts: Parts): void | Promise<void>;
}

export interface CheckResult {
  readonly name: string;
  /** What it shows, as a clause. */
  readonly shows: string;
  readonly ok: boolean;
  /** What is wrong, if not ok. */
  readonly error?: string;
}

/** Runs each of `checks` whose part exists, in order. Never throws: an error becomes the check's result. */
export async function runChecks(checks: readonly Check[], parts: Parts): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, shows, needs, run } of checks) {
    if (needs !== undefined && parts[needs] === undefined) continue;
    try {
      await run(parts);
      results.push({ name, shows, ok: true });
    } catch (error) {
      results.push({ name, shows, ok: false, error: reasonOf(error) });
    }
  }
  return results;
}

function reasonOf(error: unknown): string {
  if (error instanceof GaitError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message || error.name : String(error);
}

/** An answer differs from the known one. */
export class Mismatch extends Error {
  override readonly name = "Mismatch";
}

export function expectSame(what: string, actual: string | number | boolean, known: string | number | boolean): void {
  if (actual !== known) throw new Mismatch(`${what}: got ${shown(actual)}, expected ${shown(known)}`);
}

/** Checks that `work` throws. */
export async function expectRefused(what: string, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    return;
  }
  throw new Mismatch(`${what}: accepted, but must be refused`);
}

function shown(value: string | number | boolean): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Decodes hex in the source. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

/** Decodes base64 in the source. */
export function base64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Splits `bytes` into pieces whose sizes cycle through `sizes`. */
export function* inPieces(bytes: Uint8Array, ...sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
