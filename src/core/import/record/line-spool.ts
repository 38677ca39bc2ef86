/** Calls and results as lines that are ready but for the run's own members (`core/run/ready-record.ts`). */
import type { Scratch } from "../../bytes/scratch.ts";
import { type ReadyParts, type ReadyRecord, readyMembers } from "../../run/ready-record.ts";
import { type EncodeInto, type SetCuts, SpoolBytes } from "./spool-bytes.ts";

/** One call or result. */
export interface SpooledLine {
  readonly parts: ReadyParts;
  readonly hasTime: boolean;
  readonly hasDigest: boolean;
  /** There is a payload that the capture mode leaves out. */
  readonly isOmitted: boolean;
}

/** What a spooled line says of itself. */
export interface SpooledMembers {
  readonly id: string;
  /** Empty for a result. */
  readonly tool: string;
  /** Empty where there is no payload. */
  readonly digest: string;
}

/** Flags, and the places of the cuts and the end. */
const HEAD = 13;
const HAS_TIME = 1;
const HAS_DIGEST = 2;
const IS_OMITTED = 4;

export class LineSpool {
  readonly #bytes: SpoolBytes;
  readonly #head = new Uint8Array(HEAD);
  readonly #headView = new DataView(this.#head.buffer);
  readonly #setCuts: SetCuts = (cut, secondCut, end) => {
    this.#headView.setUint32(1, cut);
    this.#headView.setUint32(5, secondCut);
    this.#headView.setUint32(9, end);
  };
  readonly #record = {
    bytes: this.#head,
    start: 0,
    cut: 0,
    secondCut: 0,
    end: 0,
    hasTime: false,
    hasDigest: false,
    isOmitted: false,
    status: "",
  };

  constructor(scratch: Scratch, encodeInto?: EncodeInto) {
    this.#bytes = new SpoolBytes(scratch, encodeInto);
  }

  /** Where the line is, for `read`. */
  write({ parts, hasTime, hasDigest, isOmitted }: SpooledLine): number {
    const at = this.#bytes.size;
    this.#headView.setUint8(0, (hasTime ? HAS_TIME : 0) | (hasDigest ? HAS_DIGEST : 0) | (isOmitted ? IS_OMITTED : 0));
    this.#bytes.putParts(this.#head, parts, this.#setCuts);
    return at;
  }

  /** The line, valid until something is written or read. In order it is quickest; in any order it works. */
  read(offset: number, status = ""): ReadyRecord {
    const { bytes: headBytes, start: headStart } = this.#bytes.view(offset, HEAD);
    const flags = headBytes[headStart] as number;
    const cut = wordAt(headBytes, headStart + 1);
    const secondCut = wordAt(headBytes, headStart + 5);
    const end = wordAt(headBytes, headStart + 9);
    const { bytes, start } = this.#bytes.view(offset + HEAD, end);
    const record = this.#record;
    record.bytes = bytes as Uint8Array<ArrayBuffer>;
    record.start = start;
    record.cut = start + cut;
    record.secondCut = start + secondCut;
    record.end = start + end;
    record.hasTime = (flags & HAS_TIME) !== 0;
    record.hasDigest = (flags & HAS_DIGEST) !== 0;
    record.isOmitted = (flags & IS_OMITTED) !== 0;
    record.status = status;
    return record;
  }

  membersAt(offset: number): SpooledMembers {
    const { bytes, start, end } = this.read(offset);
    const members = readyMembers(bytes, start, end);
    return {
      id: members["intent_id"] as string,
      tool: (members["tool_name"] as string | undefined) ?? "",
      digest: (members["args_digest"] ?? members["result_digest"]) as string,
    };
  }

  /** The tool of the call, without reading what it holds. */
  toolAt(offset: number): string {
    const { bytes, secondCut, end } = this.read(offset);
    // Behind the second cut is `,"tool_name":…}`.
    const text = new TextDecoder().decode(bytes.subarray(secondCut + 1, end));
    return (JSON.parse(`{${text}`) as { readonly tool_name: string }).tool_name;
  }

  dispose(): void {
    this.#bytes.dispose();
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16);
  return (high | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}
