/**
 * The hash chain of a job's log (contract 4.7). An event that this program writes carries `log_sha256` in its payload: the
 * SHA-256 of every line before it and of its own line without that member. The payload is the one place where older
 * readers accept a member that they do not know, and an event and its digest are then written by one write: a digest in
 * a file beside the log could be behind it after a crash, and would not be in a pack.
 *
 * The chain has no key. It detects accidents, and edits by programs that do not know of it, but not an attacker who
 * recomputes it. A signature over it (`log-signature.ts`) detects that too.
 */

import type { JobEvent } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Sha256 } from "../platform/platform.ts";
import type { Hashing } from "../signature/digest.ts";
import { encodeJobEvent } from "./state.ts";

export const LOG_SHA256 = "log_sha256";
export const LOG_SIGNATURE = "log_signature";

export class LogChain {
  readonly #lines: Sha256;

  constructor(hashing: Hashing) {
    this.#lines = hashing.sha256();
  }

  /** What `log_sha256` of `event` has to be, when it is the next one. */
  digestOf(event: JobEvent): string {
    const lines = this.#lines.fork();
    lines.update(encode(encodeJobEvent(withoutLink(event))));
    return lines.hex();
  }

  /** The next event, with all its members. */
  add(event: JobEvent): void {
    this.#lines.update(encode(encodeJobEvent(event)));
  }

  /** Whole lines as they are in `events.jsonl`, for a reader that checks the digest behind them. */
  addLines(bytes: Uint8Array): void {
    this.#lines.update(bytes);
  }

  /** SHA-256 of all lines so far, to go on with. */
  lines(): Sha256 {
    return this.#lines.fork();
  }
}

/** The event's `log_sha256`; `undefined` where it has none. Anything but text is "". */
export function logDigestOf(event: JobEvent): string | undefined {
  const payload = event.payload;
  if (payload === undefined || !Object.hasOwn(payload, LOG_SHA256)) return undefined;
  const value = payload[LOG_SHA256];
  return typeof value === "string" ? value : "";
}

/** `event` with these members in its payload. */
export function withLink(event: JobEvent, link: JsonObject): JobEvent {
  return { ...event, payload: { ...event.payload, ...link } };
}

/** As the event was before it got its digest: a payload that held nothing else is left out. */
export function withoutLink(event: JobEvent): JobEvent {
  const { payload, ...rest } = event;
  if (payload === undefined) return event;
  const { [LOG_SHA256]: _digest, [LOG_SIGNATURE]: _signature, ...members } = payload;
  return Object.keys(members).length === 0 ? rest : { ...rest, payload: members };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
