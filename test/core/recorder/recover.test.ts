/** A recorder's log after a crash: cut off anywhere, with lines of somebody else, and recorded further. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { RecorderLog } from "../../../src/core/recorder/log.ts";
import { runpackOf } from "../artifacts.ts";
import { clock, documentOf, LIBRARY, recorder, steps } from "./recording.ts";

/** A log in memory that somebody else can look at. */
class Lines implements RecorderLog {
  bytes: Uint8Array;

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.bytes = bytes;
  }

  append(line: Uint8Array): void {
    const isCut = this.bytes.length > 0 && this.bytes.at(-1) !== 0x0a;
    this.bytes = Buffer.concat([this.bytes, ...(isCut ? ["\n"] : []).map((end) => Buffer.from(end)), line]);
  }

  *read(): Generator<Uint8Array> {
    // In pieces that end within lines.
    for (let at = 0; at < this.bytes.length; at += 100) yield this.bytes.slice(at, at + 100);
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }
}

const recover = (log: RecorderLog) => LIBRARY.recoverRun(log, { now: clock() });

function recorded(): Lines {
  const log = new Lines();
  const run = recorder({ log, captureMode: "raw" });
  run.event("prompt");
  const call = run.intent("search", { q: "ä" });
  run.intent("open", {}, { id: "b" });
  run.reference({ type: "file", locator: "a", query: "q", content: 1 });
  call.ok("found");
  return log;
}

test("the lines of a log are those of contract 12.5", () => {
  expect(recorded().text.split("\n")).toEqual([
    '{"recorder":"gait.recorder/1","run":{"run_id":"run_1","created_at":"2026-11-26T00:00:01.000Z",' +
      '"producer_version":"1.0","env":{"os":"linux","arch":"amd64","runtime":"agent/2"}},"capture_mode":"raw"}',
    '{"event":{"event":"prompt","ts":"2026-11-26T00:00:02.000Z"}}',
    '{"intent":{"intent_id":"intent_1","tool_name":"search","created_at":"2026-11-26T00:00:03.000Z","args":{"q":"ä"}}}',
    '{"intent":{"intent_id":"b","tool_name":"open","created_at":"2026-11-26T00:00:04.000Z","args":{}}}',
    expect.stringContaining('{"receipt":{"ref_id":"ref_1",'),
    '{"result":{"intent_id":"intent_1","status":"ok","created_at":"2026-11-26T00:00:06.000Z","result":{"value":"found"}}}',
    "",
  ]);
});

test("a run whose program ended goes on: its open calls are there, and the runpack has it all", async () => {
  const log = recorded();
  const run = await recover(log);
  expect([run.runId, run.open.map(({ intentId }) => intentId), run.warnings]).toEqual(["run_1", ["b"], []]);
  run.result("b", "ok", "done");
  run.intent("search", { q: "again" }, { id: "b" });
  run.intent("tool").denied();
  const document = await documentOf(run);
  expect(document.intents.map((each) => each["intent_id"])).toEqual(["intent_1", "b", "b#2", "intent_4"]);
  expect(document.results.map((each) => each["intent_id"])).toEqual(["intent_1", "b", "intent_4"]);
  expect(document.run["timeline"]).toHaveLength(1);
  expect(document.refs?.receipts).toHaveLength(1);
  expect(document.capture_mode).toBe("raw");
  const { bytes } = await run.finish();
  expect(Buffer.from(bytes).equals((await runpackOf(document as never)).bytes)).toBe(true);
  // Once more, and `b` is the latest call with that id.
  const again = await recover(log);
  again.result("b", "error");
  expect((await documentOf(again)).results.at(-1)).toMatchObject({ intent_id: "b#2", status: "error" });
});

test("cut off at any byte: every whole line is there, and what is recorded next too", async () => {
  const { bytes } = recorded();
  const head = bytes.indexOf(0x0a);
  for (let end = head; end <= bytes.length; end += 1) {
    const log = new Lines(bytes.slice(0, end));
    const whole = log.text
      .split("\n")
      .slice(1)
      .filter((line) => line.endsWith("}}"))
      .filter(isJson).length;
    const run = await recover(log);
    run.event("after");
    const isCut = bytes[end - 1] !== 0x0a && !isJson(log.text.split("\n").at(-3) ?? "");
    const again = await recover(log);
    const { intents, results, run: told, refs } = await documentOf(again);
    const count = intents.length + results.length + (told["timeline"] as []).length + (refs?.receipts.length ?? 0);
    expect({ end, count }).toEqual({ end, count: whole + 1 });
    expect(again.warnings.length).toBe(isCut ? 1 : 0);
  }
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("lines that are no entries are left out, with a warning", () => {
  test.each([
    ["zeros of a disk that lost power", "\0\0\0\0"],
    ["no JSON", "{intent"],
    ["a name twice", '{"event":{"event":"a","event":"b"}}'],
    ["another member beside", '{"event":{"event":"a"},"x":{}}'],
    ["an unknown kind", '{"approval":{}}'],
    ["a second first line", '{"recorder":"gait.recorder/1","run":{"run_id":"other"},"capture_mode":"raw"}'],
    ["no object", '{"event":"prompt"}'],
  ])("%s", async (_, line) => {
    const log = recorded();
    log.append(new TextEncoder().encode(`${line}\n`));
    const run = await recover(log);
    run.event("after");
    expect(run.warnings).toEqual(["line 7 of the log: cut off or no entry, left out"]);
    expect((await documentOf(run)).run["timeline"]).toHaveLength(2);
    expect((await run.finish()).intents).toBe(2);
  });
});

describe("refused", () => {
  test.each([
    ["an empty log", ""],
    ["a log of hooks", '{"capture":"gait.hook/1","ts":"2026-01-01T00:00:00Z","event":{}}\n'],
    ["another version", '{"recorder":"gait.recorder/2","run":{"run_id":"a"},"capture_mode":"raw"}\n'],
    ["a first line that is cut off", '{"recorder":"gait.recorder/1","run":{"run_id":"a"},"captu'],
    ["no run id", '{"recorder":"gait.recorder/1","run":{},"capture_mode":"raw"}\n'],
    ["no capture mode", '{"recorder":"gait.recorder/1","run":{"run_id":"a"}}\n'],
    [
      "an intent that is none",
      '{"recorder":"gait.recorder/1","run":{"run_id":"a"},"capture_mode":"raw"}\n{"intent":{"intent_id":1}}\n',
    ],
  ])("%s", async (_, text) => {
    await expect(recover(new Lines(new TextEncoder().encode(text)))).rejects.toMatchObject({ code: "invalid_input" });
  });
});

test("whatever was recorded, what is recovered is the same run", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const log = new Lines();
      const run = recorder({ log, captureMode: "raw" });
      for (const step of all) step(run);
      const recovered = await recover(log);
      expect(await documentOf(recovered)).toEqual(await documentOf(run));
      expect(recovered.open.map(({ intentId }) => intentId)).toEqual(run.open.map(({ intentId }) => intentId));
    }),
    { numRuns: 100 },
  );
});
