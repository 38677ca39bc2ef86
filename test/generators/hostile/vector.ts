/** A vector: one artifact with one oddity, and the verdict that it must get. */
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import type { Changes } from "./artifact.ts";

export const FORMATS = ["runpack", "pack", "embedded runpack", "job pack", "evidence pack"] as const;
export type Format = (typeof FORMATS)[number];

/** The layer that must refuse: the archive's records, a document's text, members, their agreement, signatures. */
export type Layer = "zip" | "json" | "document" | "evidence" | "signature";

export interface Verdict {
  /** Absent if it must be accepted. */
  readonly layer?: Layer;
  /** The first finding's code, then others that must be among the findings; empty if it must be accepted. */
  readonly codes: readonly FindingCode[];
  readonly exit: 0 | 2 | 6;
  /** Absent if the call is refused (6) before there is a verdict. */
  readonly verdict?: "authentic" | "intact" | "failed";
}

export interface Vector extends Verdict {
  /** Unique; small letters, digits and `-`, so that it can be a file name. */
  readonly name: string;
  /** Of "My ZIP isn't your ZIP" (A1 to C5), or a topic. */
  readonly class: string;
  readonly what: string;
  readonly format: Format;
  /** Flags of `gait pack verify` beside the file and the keys. */
  readonly flags: readonly string[];
  /** Texts of the public keys that the verifier trusts. */
  readonly keys: readonly string[];
  /** Too large to be recorded, or made by a codec whose bytes differ between platforms. */
  readonly generated: boolean;
  /** Run by `npm test` by default; the others with `GAIT_LONG=1`. */
  readonly daily: boolean;
  bytes(): Promise<Uint8Array>;
}

/** A vector before its format and name are known. */
export interface Scenario {
  readonly class: string;
  readonly rule: string;
  readonly changes: Changes;
  readonly verdict: Verdict;
  /** Of a runpack within a pack, where it is another. */
  readonly embedded?: Verdict;
  readonly keys?: readonly string[];
  readonly flags?: readonly string[];
  readonly generated?: boolean;
}

export const ACCEPTED: Verdict = { codes: [], exit: 0, verdict: "intact" };

export function refusedBy(layer: Layer, ...codes: readonly [FindingCode, ...FindingCode[]]): Verdict {
  return { layer, codes, exit: 2, verdict: "failed" };
}

/** `rule` in the form of a name. */
export function slug(...parts: readonly string[]): string {
  return parts
    .join(" ")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}
