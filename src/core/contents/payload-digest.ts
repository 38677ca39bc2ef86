/**
 * Whether `args_digest` and `result_digest` are the digests of what is beside them (contract 1.6). It is a warning: the
 * recorders write a digest as they were given it, for example that of arguments before something was blacked out.
 */
import type { JsonOutline } from "../json/outline.ts";
import type { Platform } from "../platform/platform.ts";
import { digestOf, sha256OfBytesInto } from "../signature/digest.ts";
import { RecordMembers } from "./record-members.ts";

/** Values of more bytes are compared as they are written: building them for their canonical text takes too much memory. */
const MAX_BUILT_BYTES = 4 * 1024 * 1024;
/** After so many that don't agree, no more are looked at: each costs more than one that agrees. */
const MAX_DISAGREEING = 20;
export const NO_FURTHER = `after ${MAX_DISAGREEING} digests that are not those of their payloads no more were compared`;

/** The member of a record that is digested, and the one that has its digest. */
export const DIGESTED = {
  intent: { body: "args", digest: "args_digest" },
  result: { body: "result", digest: "result_digest" },
} as const;
type DigestedMember = (typeof DIGESTED)[keyof typeof DIGESTED];

/** Looks at one record after another. */
export class PayloadDigests {
  /** Records that keep their payload. */
  kept = 0;
  #disagreeing = 0;
  readonly #payload: DigestedMember;
  readonly #members: RecordMembers<DigestedMember["body" | "digest"]>;
  readonly #platform: Platform;
  readonly #computed = new Uint8Array(32);

  constructor(payload: DigestedMember, platform: Platform) {
    this.#payload = payload;
    this.#members = new RecordMembers([payload.body, payload.digest]);
    this.#platform = platform;
  }

  /** Says so where a record has a digest that is not that of the payload beside it. The record fits its schema. */
  disagreement(outline: JsonOutline): string | undefined {
    const { body: name, digest: digestName } = this.#payload;
    const { [name]: body, [digestName]: digest } = this.#members.of(outline);
    if (body < 0) return undefined;
    this.kept += 1;
    if (this.stopped) return undefined;
    if (digest < 0 || outline.isString(digest, "")) return undefined;
    // What recorders write is canonical already, so that its own bytes are what was digested.
    const bytes = outline.bytes(body);
    sha256OfBytesInto(this.#platform, bytes, this.#computed);
    if (outline.isHex(digest, this.#computed)) return undefined;
    if (bytes.length <= MAX_BUILT_BYTES) {
      const expected = digestOf(this.#platform, outline.value(body));
      if (outline.string(digest)?.toLowerCase() === expected) return undefined;
    }
    this.#disagreeing += 1;
    return `${digestName} is not the digest of ${name}`;
  }

  /** Whether there may be more that disagree than were found. */
  get stopped(): boolean {
    return this.#disagreeing >= MAX_DISAGREEING;
  }
}
