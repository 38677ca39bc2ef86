/** A growing report: printed at once if its format allows, otherwise buffered in scratch, which spills to disk. */
import { chunks } from "../../../../core/bytes/source.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { PackResult, PacksSummary } from "../../../../schema/answer/packs.ts";
import type { Call } from "../../../command/command.ts";
import type { Format } from "../../../formats/format.ts";

export interface PackListReport {
  add(result: PackResult): Promise<void>;
  end(summary: PacksSummary, warnings: readonly string[]): Promise<void>;
  dispose(): void;
}

export function createPackListReport(call: Pick<Call, "write" | "flush">, format: Format): PackListReport {
  const scratch = format.streams ? undefined : hostPlatform.scratch();
  const encoder = new TextEncoder();
  let any = false;
  return {
    async add(result) {
      for (const item of format.items(result)) {
        const text = any ? `${format.separator}${item}` : item;
        any = true;
        if (scratch === undefined) await call.write(text);
        else scratch.write(encoder.encode(text));
      }
    },
    async end(summary, warnings) {
      await call.write(format.begin(summary, warnings));
      if (scratch !== undefined) {
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        for await (const chunk of chunks(scratch.source())) await call.write(decoder.decode(chunk, { stream: true }));
      }
      await call.write(format.end(summary, warnings));
      await call.flush();
    },
    dispose: () => scratch?.dispose(),
  };
}
