/** LangSmith: what each kind of run gives, and in which order. */
import { describe, expect, test } from "bun:test";
import { importSource } from "../../../../src/core/import/imported.ts";
import { hostPlatform } from "../../../../src/host/platform/bun.ts";
import { fileOfBytes, outcomeOf } from "../agent-case.ts";
import { checkRow, type Row, toldByLines, toldByText } from "../stated.ts";

const at = (second: number): string => `2026-07-07T05:00:0${second}+00:00`;

function run(id: string, more: object = {}): object {
  return {
    id,
    trace_id: "t1",
    dotted_order: null,
    name: "f",
    run_type: "tool",
    start_time: at(1),
    end_time: at(2),
    inputs: {},
    outputs: { output: "o" },
    error: null,
    ...more,
  };
}

describe("runs", () => {
  const rows: readonly Row[] = [
    {
      name: "tool: inputs and outputs as they are",
      lines: [run("a", { inputs: { x: '{"y":1}' } }), run("b", { inputs: '{"y":1}', outputs: "bare" })],
      stated: {
        runs: ["run_t1"],
        runtimes: ["langsmith"],
        calls: ['a f {"x":"{\\"y\\":1}"}', 'b f {"value":"{\\"y\\":1}"}'],
        results: ['a ok {"output":"o"}', 'b ok {"value":"bare"}'],
        warnings: {},
      },
    },
    {
      name: "inputs or outputs null: absent; `{}` is not",
      lines: [run("a", { inputs: null, outputs: null }), run("b", { outputs: {} })],
      stated: {
        calls: ["a f", "b f {}"],
        results: ["a ok", "b ok {}"],
        warnings: { args_absent: 1, result_absent: 1 },
      },
    },
    {
      name: "an error text, with outputs and without",
      lines: [run("a", { error: "E" }), run("b", { error: "E", outputs: null }), run("c", { error: "" })],
      stated: {
        results: ['a error {"error":"E","output":{"output":"o"}}', 'b error {"error":"E"}', 'c ok {"output":"o"}'],
      },
    },
    {
      name: "no success where the status says that it failed",
      lines: [run("a", { status: "error" })],
      stated: { results: ['a error {"output":"o"}'] },
    },
    {
      name: "no end: no result, whatever else it says",
      lines: [run("a", { end_time: null, error: "E" }), run("b", { end_time: undefined })],
      stated: { results: [], counts: { unresolved: 2 }, warnings: { unresolved: 2 } },
    },
    {
      name: "what gives nothing, and what is not known",
      lines: [
        ...["chain", "llm", "prompt", "parser", "embedding"].map((type) => run(type, { run_type: type })),
        run("q", { run_type: "quantum" }),
        { a: 1 },
        run("a"),
      ],
      stated: { counts: { mapped: 1, context: 5, unknown: 2 } },
    },
    {
      name: "by dotted order, those without one first; then by start; then as stated",
      lines: [
        run("f", { dotted_order: "2.1" }),
        run("e", { dotted_order: "2", start_time: at(9) }),
        run("d", { dotted_order: "1.2" }),
        run("b", { start_time: at(3) }),
        run("c", { start_time: at(3) }),
        run("a", { start_time: null }),
      ],
      stated: { calls: ["a f {}", "b f {}", "c f {}", "d f {}", "e f {}", "f f {}"] },
    },
    {
      name: "traces in the order of their runs too, and one that gives nothing is none",
      lines: [
        run("a", { trace_id: "late", start_time: at(5) }),
        run("b", { trace_id: "none", run_type: "chain", start_time: at(0) }),
        run("c", { trace_id: "early", start_time: at(4) }),
        run("d", { trace_id: "late", run_type: "chain", start_time: at(3) }),
      ],
      stated: { runs: ["run_late", "run_early"], calls: ["a f {}", "c f {}"] },
    },
    {
      name: "times without a zone are UTC, each of them warned of, of any run",
      lines: [
        run("a", { start_time: "2026-07-07T05:00:01.500000", end_time: "2026-07-07 05:00:02" }),
        run("b", { run_type: "llm", start_time: "2026-07-07T05:00:01", end_time: null }),
        run("c", { run_type: "quantum", start_time: "2026-07-07T05:00:01", end_time: "never" }),
      ],
      stated: {
        times: ["2026-07-07T05:00:01.5Z", "2026-07-07T05:00:02Z"],
        warnings: { zone_assumed_utc: 4, time_unreadable: 1 },
      },
    },
    {
      name: "the same id again is a duplicate; one that has ended replaces one that has not",
      lines: [run("a", { end_time: null }), run("a"), run("a", { outputs: "other" }), run("a", { end_time: null })],
      stated: {
        results: ['a ok {"output":"o"}'],
        counts: { mapped: 1, duplicate: 3 },
        warnings: {},
      },
    },
    {
      name: "a retriever without query or documents is an event",
      lines: [
        run("r1", { run_type: "retriever", inputs: { query: "q" }, outputs: null }),
        run("r2", { run_type: "retriever", inputs: {}, outputs: { documents: [] } }),
        run("a"),
      ],
      stated: { events: ["retrieval r1", "retrieval r2"], counts: { mapped: 3 } },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));
});

test("a retriever is a receipt: what was asked for and what was found, by their digests", async () => {
  const retriever = run("r", {
    run_type: "retriever",
    name: "docs",
    inputs: { query: "refunds" },
    outputs: { documents: [{ page_content: "30 days", metadata: { id: "d1" } }] },
  });
  const file = fileOfBytes("source", new TextEncoder().encode(JSON.stringify([retriever])));
  const imported = await importSource(file, () => [], { platform: hostPlatform, captureMode: "raw", redact: false });
  expect(outcomeOf(imported).runs[0]?.refs).toEqual([
    {
      ref_id: "r",
      source_type: "retrieval",
      source_locator: "docs",
      query_digest: "4fdc1db8ceef1064f9b8aa6f7c60cdc425279dfd79974613b473511d74c91f3d",
      content_digest: "8972902aa5754d846eff261077740191af66f33f5724b8b9569d7671d73850ca",
      retrieved_at: "2026-07-07T05:00:02Z",
    },
  ]);
  imported.dispose();
});

test("lines, a list, a page, and pages as lines", async () => {
  const expected = (await toldByLines(run("a"), run("b"))).calls;
  const page = JSON.stringify({ runs: [run("a"), run("b"), 7], cursors: {} });
  for (const text of [JSON.stringify([run("a"), run("b"), 7]), page, `${page}\n{"run_type":"llm"}\n`]) {
    const stated = await toldByText(text);
    expect(stated).toMatchObject({ format: "langsmith", calls: expected, counts: { mapped: 2, malformed: 1 } });
  }
});
