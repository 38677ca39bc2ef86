/** Recorders for the tests: on the native platform, with a clock that goes on by a second for each look at it. */
import fc from "fast-check";
import { type Library, libraryOn } from "../../../src/core/library.ts";
import type { RecorderOptions } from "../../../src/core/recorder/options.ts";
import type { Recorder } from "../../../src/core/recorder/recorder.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { programHost } from "../../../src/host/platform/program-host.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";

export const LIBRARY: Library = libraryOn(hostPlatform, programHost("test/1.0"));

export function clock(): () => string {
  let second = 0;
  return () => {
    second += 1;
    return new Date(Date.UTC(2026, 10, 26) + second * 1000).toISOString();
  };
}

export function recorder(options: Partial<RecorderOptions> = {}): Recorder {
  const env = { os: "linux", arch: "amd64", runtime: "agent/2" };
  return new LIBRARY.Recorder({ runId: "run_1", producerVersion: "1.0", env, now: clock(), ...options });
}

interface RecordedDocument {
  run: { [name: string]: JsonValue };
  intents: { [name: string]: JsonValue }[];
  results: { [name: string]: JsonValue }[];
  refs?: { receipts: { [name: string]: JsonValue }[] };
  capture_mode: string;
}

export async function documentOf(run: Recorder): Promise<RecordedDocument> {
  return JSON.parse(new TextDecoder().decode(await run.document())) as RecordedDocument;
}

/** What a program does with a recorder. */
export type Step = (run: Recorder) => void;

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withTypedArray: true,
  withUnicodeString: true,
  maxDepth: 3,
} as fc.ObjectConstraints);
const value = fc.oneof(fc.jsonValue(), anything);
const word = fc.oneof(fc.constantFrom("search", "fs.read", "a", "intent_2", "a#2", ""), fc.string({ unit: "binary" }));
const time = fc.oneof(
  fc.constant(undefined),
  fc.date(),
  fc.constantFrom("2026-02-02T02:15:00.25+05:30", "yesterday", "0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z"),
);
const WAYS = ["ok", "error", "completed", "denied", "cancelled"] as const;

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ word, value, time, id: fc.option(word, { nil: undefined }) }).map(
      (given): Step =>
        (run) =>
          void run.intent(given.word, given.value, { id: given.id, time: given.time }),
    ),
    fc.record({ at: fc.nat(3), way: fc.constantFrom(...WAYS), value, time }).map(
      ({ at, way, value: payload, time: when }): Step =>
        (run) => {
          const call = run.open[at];
          // A reason is a text by its type; a program without types gives anything.
          call?.[way](payload as string, { time: when });
          if (at === 3) call?.end("once more");
        },
    ),
    fc.record({ word, status: word, value, time }).map(
      (given): Step =>
        (run) =>
          run.result(given.word, given.status, given.value, { time: given.time }),
    ),
    fc.record({ word, time }).map(
      (given): Step =>
        (run) =>
          run.event(given.word, { time: given.time, ref: "x" }),
    ),
    fc.record({ word, value, time }).map(
      (given): Step =>
        (run) =>
          run.reference({
            type: "file",
            locator: given.word,
            query: given.word,
            content: given.value,
            time: given.time,
          }),
    ),
  ),
  { maxLength: 12 },
);
