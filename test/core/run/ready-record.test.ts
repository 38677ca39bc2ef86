import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import type { RecordParts } from "../../../src/core/run/input.ts";
import { LinesAhead } from "../../../src/core/run/lines-ahead.ts";
import {
  intentParts,
  type ReadyFields,
  ReadyLines,
  type ReadyParts,
  type ReadyRecord,
  resultParts,
} from "../../../src/core/run/ready-record.ts";
import { recordRun } from "../../../src/core/run/record-run.ts";
import { digestOf } from "../../../src/core/signature/digest.ts";
import { DeflateAhead } from "../../../src/core/zip/deflate-ahead.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { startThread } from "../../../src/host/threads/thread.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { byteSink } from "../artifacts.ts";

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const time = fc.constantFrom("", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z");
const payload = fc.option(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean())), { nil: undefined });
const record = fc.record({ id: text, tool: text, time, payload, status: fc.constantFrom("ok", "error") });
type Example = typeof record extends fc.Arbitrary<infer T> ? T : never;

const STAMP = { createdAt: "2026-01-01T00:00:00Z", producerVersion: 'x/1 "é"', runId: "run_1" };

function fieldsOf({ id, time: at, payload: value }: Example): ReadyFields {
  const kept = value === undefined || Object.keys(value).length === 0 ? undefined : canonicalize(value as JsonObject);
  return { id, time: at, digest: value === undefined ? "" : digestOf(hostPlatform, value as JsonObject), body: kept };
}

function readyOf(parts: ReadyParts, fields: ReadyFields, status: string): ReadyRecord {
  const [first, second, third] = parts.map((part) => new TextEncoder().encode(part)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const before = 3;
  return {
    bytes: Buffer.concat([Buffer.alloc(before, 0x21), first, second, third, Buffer.from("!!!")]),
    start: before,
    cut: before + first.length,
    secondCut: before + first.length + second.length,
    end: before + first.length + second.length + third.length,
    hasTime: fields.time !== "",
    hasDigest: fields.digest !== "",
    isOmitted: false,
    status,
  };
}

function readyParts(examples: readonly Example[], aheads?: Aheads): RecordParts {
  const intents = examples.map((example) => {
    const fields = fieldsOf(example);
    return readyOf(intentParts(fields, example.tool), fields, "");
  });
  const results = examples.map((example) => {
    const fields = fieldsOf(example);
    return readyOf(resultParts(fields), fields, example.status);
  });
  for (const each of intents) aheads?.intents.add(each);
  for (const each of results) aheads?.results.add(each);
  return partsOf({ ready: intents, ahead: aheads?.intents }, { ready: results, ahead: aheads?.results });
}

interface Aheads {
  readonly intents: LinesAhead;
  readonly results: LinesAhead;
}

function partsOf(intents: RecordParts["intents"], results: RecordParts["results"]): RecordParts {
  return {
    run: { run_id: STAMP.runId, created_at: STAMP.createdAt, producer_version: STAMP.producerVersion },
    refs: {},
    places: { run: "run", refs: "refs" },
    captureMode: "raw",
    intents,
    results,
    unknown: [],
  } as unknown as RecordParts;
}

/** The same records as values, recorded in the ordinary way. */
function valueParts(examples: readonly Example[]): RecordParts {
  const items = (made: (example: Example) => object) => [
    examples.map((example, index) => ({
      value: {
        intent_id: example.id,
        ...(example.time === "" ? {} : { created_at: example.time }),
        ...made(example),
      } as JsonObject,
      where: `$[${index}]`,
      size: 1,
    })),
  ];
  return partsOf(
    items(({ tool, payload: args }) => ({ tool_name: tool, ...(args === undefined ? {} : { args }) })) as never,
    items(({ status, payload: result }) => ({ status, ...(result === undefined ? {} : { result }) })) as never,
  );
}

async function recorded(parts: RecordParts): Promise<Uint8Array> {
  const sink = byteSink();
  await recordRun(parts, sink, {
    platform: hostPlatform,
    now: () => STAMP.createdAt,
    machine: { os: "linux", arch: "amd64" },
  });
  return sink.bytes();
}

test("the same runpack as of the values, whatever the records say", async () => {
  const named = record.filter(({ id, tool }) => id !== "" || tool !== "");
  await fc.assert(
    fc.asyncProperty(fc.array(named, { maxLength: 8 }), async (examples) => {
      expect(Buffer.from(await recorded(readyParts(examples))).equals(await recorded(valueParts(examples)))).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test("a line that is longer than a piece is whole, and so are its neighbours", () => {
  const lines = new ReadyLines("intent", STAMP);
  const pieces: string[] = [];
  const bodies = ["{}", JSON.stringify({ a: "x".repeat(300_000) }), '{"b":1}'];
  for (const body of bodies) {
    const fields = { id: "i", time: "", digest: "d", body };
    const piece = lines.add(readyOf(intentParts(fields, "t"), fields, ""));
    if (piece !== undefined) pieces.push(new TextDecoder().decode(piece));
  }
  pieces.push(new TextDecoder().decode(lines.take()));
  const made = pieces.join("").trimEnd().split("\n");
  expect(made.map((line) => canonicalize((JSON.parse(line) as { args: JsonObject }).args))).toEqual(bodies);
});

test("a record over the limit of readers is refused by its id", () => {
  const fields = { id: "call_7", time: "", digest: "d", body: `"${"x".repeat(64 * 1024 * 1024)}"` };
  const record = readyOf(intentParts(fields, "t"), fields, "");
  expect(() => new ReadyLines("intent", STAMP).add(record)).toThrow(/^call_7 has more than 67108864 bytes/);
});

describe("deflated ahead", () => {
  const thread = startThread();
  const platform = { ...hostPlatform, threads: () => [thread] };
  const examples: Example[] = Array.from({ length: 20_000 }, (_, at) => ({
    id: `call_${at}`,
    tool: "t",
    time: "2026-01-02T03:04:05Z",
    payload: { at, pad: "0123456789abcdef".repeat(8) },
    status: "ok",
  }));
  const aheads = (stamp: typeof STAMP): Aheads => ({
    intents: new LinesAhead("intent", stamp, new DeflateAhead(platform)),
    results: new LinesAhead("result", stamp, new DeflateAhead(platform)),
  });
  test("the same runpack as without", async () => {
    const ahead = aheads(STAMP);
    const parts = readyParts(examples, ahead);
    expect(await recorded(parts)).toEqual(await recorded(readyParts(examples)));
    for (const each of Object.values(ahead)) each.drop();
  });
  for (const [rule, stamp] of [
    ["run id", { ...STAMP, runId: "run_2" }],
    ["producer", { ...STAMP, producerVersion: "x/2" }],
  ] as const) {
    test(`another ${rule} than the run has in the end: made again`, async () => {
      expect(await recorded(readyParts(examples, aheads(stamp)))).toEqual(await recorded(readyParts(examples)));
    });
  }
  for (const [rule, change] of [
    ["time", { time: "" }],
    ["digest", { payload: undefined }],
  ] as const) {
    test(`a record without ${rule}: made again`, async () => {
      const changed = examples.with(15_000, { ...(examples[15_000] as Example), ...change });
      expect(await recorded(readyParts(changed, aheads(STAMP)))).toEqual(await recorded(readyParts(changed)));
    });
  }
  test("too little for another thread: nothing is ahead", async () => {
    const few = examples.slice(0, 10);
    const ahead = aheads(STAMP);
    readyParts(few, ahead);
    expect(await ahead.intents.end(STAMP)).toBeUndefined();
  });
  test("dropped while the other thread works: it is free again", async () => {
    const ahead = aheads(STAMP);
    readyParts(examples, ahead);
    for (const each of Object.values(ahead)) each.drop();
    expect(await ahead.intents.end(STAMP)).toBeUndefined();
    expect(await recorded(readyParts(examples, aheads(STAMP)))).toEqual(await recorded(readyParts(examples)));
  });
});
