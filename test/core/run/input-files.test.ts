/** A record in parts equals the record of one document: the same bytes, warnings and refusals. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_LINE_BYTES } from "../../../src/core/json/lines.ts";
import { fileParts } from "../../../src/core/run/input-files.ts";
import { type Recorded, type RecordOptions, recordRun } from "../../../src/core/run/record-run.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { vectorBytes, vectors } from "../../go-vectors.ts";
import { byteSink, EXAMPLE_INPUT, membersOf, RECORD_OPTIONS, runpackOf } from "../artifacts.ts";

type Texts = { readonly [Part in "run" | "intents" | "results" | "refs"]?: string | Uint8Array };

/** The parts are passed in chunks of `size` bytes, in one buffer that is reused. */
async function recordParts(
  texts: Texts,
  options: Partial<RecordOptions> = {},
  size = 7,
): Promise<{ bytes: Uint8Array; recorded: Recorded }> {
  const bytesOf = (text: string | Uint8Array): Uint8Array =>
    typeof text === "string" ? new TextEncoder().encode(text) : text;
  async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(size);
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.subarray(at, at + size);
      buffer.set(chunk);
      yield buffer.subarray(0, chunk.length);
      buffer.fill(0);
    }
  }
  const { run, refs, intents, results } = texts;
  const parts = fileParts({
    run: run === undefined ? undefined : { name: "run.json", bytes: bytesOf(run) },
    refs: refs === undefined ? undefined : { name: "refs.json", bytes: bytesOf(refs) },
    intents: intents === undefined ? undefined : { name: "intents.jsonl", chunks: chunks(bytesOf(intents)) },
    results: results === undefined ? undefined : { name: "results.jsonl", chunks: chunks(bytesOf(results)) },
  });
  const sink = byteSink();
  const recorded = await recordRun(parts, sink, { ...RECORD_OPTIONS, ...options });
  return { bytes: sink.bytes(), recorded };
}

interface Input {
  readonly run?: object;
  readonly intents?: readonly object[];
  readonly results?: readonly object[];
  readonly refs?: object;
}

function textsOf({ run, intents, results, refs }: Input): Texts {
  const lines = (records: readonly object[] | undefined): string =>
    (records ?? []).map((record) => `${JSON.stringify(record)}\n`).join("");
  return {
    intents: lines(intents),
    results: lines(results),
    ...(run === undefined ? {} : { run: JSON.stringify(run, undefined, 2) }),
    ...(refs === undefined ? {} : { refs: JSON.stringify(refs) }),
  };
}

/** Places, reduced to the part of the record: `$.intents[1].x` and `intents.jsonl:2#$.x` are both `intents 1 .x`. */
function withoutFiles(warnings: readonly string[]): string[] {
  return warnings.map((warning) =>
    warning
      .replace(/^\$\.(intents|results)\[(\d+)\]/, "$1 $2 ")
      .replace(/^(intents|results)\.jsonl:(\d+)#\$/, (_, name, line) => `${name} ${Number(line) - 1} `)
      .replace(/^\$\.(run|refs)/, "$1 ")
      .replace(/^(run|refs)\.json#\$/, "$1 "),
  );
}

async function expectSame(input: Input, options: Partial<RecordOptions>, size?: number): Promise<void> {
  const whole = await runpackOf(new TextEncoder().encode(JSON.stringify(input)), options);
  const parts = await recordParts(textsOf(input), options, size);
  expect(sha256Hex(hostPlatform, parts.bytes)).toBe(sha256Hex(hostPlatform, whole.bytes));
  expect({ ...parts.recorded, warnings: withoutFiles(parts.recorded.warnings) }).toEqual({
    ...whole.recorded,
    warnings: withoutFiles(whole.recorded.warnings),
  });
}

describe("the same bytes, counts and warnings as from one document", () => {
  test("for records with every oddity that gets a warning", async () => {
    const id = fc.constantFrom("a", "b", "c", "", "é");
    const time = fc.constantFrom("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.1234567899Z", null);
    const body = fc.oneof(fc.constant(null), fc.constant({}), fc.dictionary(fc.string(), fc.constantFrom(1, "x", [0])));
    const stamp = { created_at: time, run_id: fc.constantFrom("", "r", "s", null), Odd: fc.boolean() };
    const intent = fc.record(
      {
        ...stamp,
        intent_id: id,
        tool_name: fc.string({ minLength: 1 }),
        args: body,
        args_digest: fc.constantFrom("", "00"),
      },
      { requiredKeys: ["tool_name"] },
    );
    const result = fc.record(
      { ...stamp, intent_id: id, status: fc.string(), result: body, result_digest: fc.constantFrom("", "00") },
      { requiredKeys: [] },
    );
    const input = fc.record(
      {
        run: fc.record(
          { ...stamp, env: fc.constant({ os: "x" }), timeline: fc.array(fc.record({ ts: time })) },
          { requiredKeys: ["env"] },
        ),
        intents: fc.array(intent),
        results: fc.array(result),
        // Refs with unknown members alone are refused: nothing of a run is in them (refused-input.test.ts).
        refs: fc.record(
          { ...stamp, receipts: fc.array(fc.record({ ref_id: id, Odd: id })) },
          { requiredKeys: ["receipts"] },
        ),
      },
      { requiredKeys: ["run"] },
    );
    const mode = fc.constantFrom("raw", "reference");
    await fc.assert(
      fc.asyncProperty(input, mode, fc.integer({ min: 1, max: 300 }), (record, captureMode, size) =>
        expectSame(JSON.parse(JSON.stringify(record)), { captureMode, runId: "r" }, size),
      ),
      { numRuns: 60 },
    );
  });

  test("for small and large records, which are built together or alone", async () => {
    const sizes = [1, 30_000, 30_000, 200_000, 1, 65_000, 1, 1, 70_000, 70_000, 1];
    const intents = sizes.map((size, at) => ({ intent_id: `i${at}`, args: { z: "é\n".repeat(size / 2), a: at } }));
    const results = sizes.map((size, at) => ({ intent_id: `i${at}`, result: { z: "x".repeat(size), a: at } }));
    for (const captureMode of ["raw", "reference"])
      await expectSame({ intents, results }, { captureMode, runId: "r" }, 50_000);
  });

  for (const { input = "" } of vectors("runpack-raw")) {
    if (input === "inputs/run_delta.json") continue;
    test(`of ${input}`, async () => {
      const { capture_mode: _, ...record } = JSON.parse(new TextDecoder().decode(vectorBytes(input)));
      await expectSame(record, { captureMode: "raw" });
    });
  }

  test("the members of a raw runpack give the same runpack", async () => {
    const { bytes } = await runpackOf(EXAMPLE_INPUT, { captureMode: "raw" });
    const members = await membersOf(bytes);
    const part = (path: string) => members.get(path) ?? new Uint8Array(0);
    const again = await recordParts(
      {
        run: part("run.json"),
        intents: part("intents.jsonl"),
        results: part("results.jsonl"),
        refs: part("refs.json"),
      },
      { captureMode: "raw" },
    );
    expect(again.bytes).toEqual(bytes);
  });

  test("the golden archive of the example", async () => {
    const { capture_mode: _, ...record } = JSON.parse(new TextDecoder().decode(EXAMPLE_INPUT));
    const { bytes } = await recordParts(textsOf(record), { captureMode: "reference" });
    // Changes only with a major version.
    expect(sha256Hex(hostPlatform, bytes)).toBe("d27ff8c19c4c93e50283e5c2b3cf62acadd4192a656f5189dfb072ca04fa416d");
  });

  test("any line ends: blank lines, CR LF, none at the end", async () => {
    const run = '{"run_id":"r"}';
    const plain = await recordParts({ run, intents: '{"intent_id":"a"}\n{"intent_id":"b"}\n' });
    const odd = await recordParts({ run, intents: '\n{"intent_id":"a"}\r\n \t\r\n\n{"intent_id":"b"}' });
    expect(odd.bytes).toEqual(plain.bytes);
    expect(odd.recorded.warnings).toContain("intents.jsonl:5#$: neither args nor args_digest");
  });

  test("missing parts are empty", async () => {
    const whole = await runpackOf({ run: { run_id: "r" } });
    expect((await recordParts({ run: '{"run_id":"r"}' })).bytes).toEqual(whole.bytes);
    expect((await recordParts({}, { runId: "r" })).bytes).toEqual(whole.bytes);
  });
});

describe("refused parts name the file and the place", () => {
  const run = '{"run_id":"r"}';
  const CASES: readonly (readonly [string, Texts, string])[] = [
    ["no run id anywhere", { intents: "{}\n" }, "the run id is empty"],
    ["a run that is not an object", { run: "[]" }, "run.json#$ must be an object"],
    ["a run of two values", { run: `${run}${run}` }, "run.json: line 1, column 15"],
    ["an empty run", { run: "" }, "run.json: line 1, column 1"],
    ["references that are not lists", { run, refs: '{"receipts":{}}' }, "refs.json#$.receipts must be"],
    ["an intent that is not JSON", { run, intents: '{}\n{"a":}\n' }, "intents.jsonl: line 2, column 6 ($.a)"],
    ["two values on a line", { run, intents: "{} {}\n" }, "intents.jsonl: line 1, column 4"],
    ["an array instead of lines", { run, intents: "[{}]" }, "intents.jsonl:1#$ must be an object"],
    ["an object on many lines", { run, intents: "{\n}\n" }, "intents.jsonl: line 1, column 2"],
    ["a byte order mark", { run, intents: "\ufeff{}\n" }, "intents.jsonl: line 1, column 1"],
    [
      "a wrong type",
      { run, results: '{}\n{"intent_id":1}\n' },
      "results.jsonl:2#$.intent_id must be text or null, but is 1",
    ],
    [
      "a name twice, once escaped",
      { run, intents: '{"args":{"a":1,"\\u0061":2}}\n' },
      "intents.jsonl: line 1, column 16 ($.args.a)",
    ],
    [
      "a lossy number",
      { run, results: '\n{"result":{"n":9007199254740993}}\n' },
      "results.jsonl: line 2, column 16 ($.result.n)",
    ],
    ["an invalid time", { run, intents: '{"intent_id":"a","created_at":"now"}\n' }, "intents.jsonl:1#$.created_at"],
    ["a whole record as the run", { run: '{"run":{"run_id":"r"},"intents":[]}' }, "run.json is a whole record"],
    ["a run of other names", { run: '{"id":"r"}' }, "run.json is not the record of a run"],
    ["references as the run", { run: '{"receipts":[]}' }, "it looks like references alone"],
    ["an intent that says nothing", { run, intents: '{"args":{}}\n' }, "intents.jsonl:1#$ has neither"],
    [
      "a line beyond the limit",
      { run, intents: `{"tool_name":"t"}\n{"intent_id":"${"x".repeat(MAX_LINE_BYTES)}"}` },
      "intents.jsonl: line 2 is longer than 67108864 bytes",
    ],
  ];
  for (const [name, texts, message] of CASES) {
    test(name, async () => {
      const refused = await recordParts(texts, {}, 1 << 16).then(
        () => undefined,
        (error) => error,
      );
      expect(refused).toMatchObject({ code: "invalid_input" });
      expect(refused.message).toContain(message);
    });
  }
  test("a record whose line would be over the limit", async () => {
    // The line gets members that the input lacks.
    const intents = `{"intent_id":"${"x".repeat(MAX_LINE_BYTES - 100)}"}`;
    expect(recordParts({ run, intents }, {}, 1 << 16)).rejects.toThrow("intents.jsonl:1#$ has more than");
  });
});
