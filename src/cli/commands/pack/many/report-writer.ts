/** A growing report: printed at once if its format allows, otherwise buffered in scratch, which spills to disk. */
import { chunks } from "../../../../core/bytes/source.ts";
import type { VerificationData } from "../../../../core/verify/verified.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { PackResult } from "../../../../schema/answer/packs.ts";
import type { Format, Told } from "../../../formats/format.ts";

export interface PackListReport {
  /** @param milliseconds how long its verification took */
  add(result: PackResult, milliseconds: number, verification?: VerificationData): Promise<void>;
  /** Writes what is not yet written. A list that is not whole is told by those formats that can; the others end as they are. */
  end(told: Told): Promise<void>;
  dispose(): void;
}

/** Where a report goes. */
export interface Destination {
  /** Whether it takes parts at once, before the end is known. */
  readonly streams: boolean;
  /** @param parts the text, or its parts in order; after the last, the report is whole */
  write(parts: AsyncIterable<string>): Promise<void>;
}

export function createPackListReport(destination: Destination, format: Format): PackListReport {
  const streams = format.streams && destination.streams;
  const scratch = streams ? undefined : hostPlatform.scratch();
  const encoder = new TextEncoder();
  let any = false;

  async function* whole(told: Told): AsyncGenerator<string> {
    yield format.begin(told);
    if (scratch !== undefined) {
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      for await (const chunk of chunks(scratch.source())) yield decoder.decode(chunk, { stream: true });
    }
    yield format.end(told);
  }

  return {
    async add(result, milliseconds, verification) {
      for (const item of format.items(result, milliseconds, verification)) {
        const text = any ? `${format.separator}${item}` : item;
        any = true;
        if (scratch === undefined) await destination.write(one(text));
        else scratch.write(encoder.encode(text));
      }
    },
    async end(told) {
      if (told.fault === undefined || format.tellsFault) await destination.write(whole(told));
    },
    dispose: () => scratch?.dispose(),
  };
}

async function* one(text: string): AsyncGenerator<string> {
  yield text;
}
