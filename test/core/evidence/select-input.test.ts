/** Which evidence beside a runpack is taken: what ties it to the run or to a trace in the pack (contract 3.1, 3.7). */
import { describe, expect, test } from "bun:test";
import { incidentWindow } from "../../../src/core/evidence/incident-window.ts";
import { type Evidence, NO_EVIDENCE } from "../../../src/core/evidence/input.ts";
import { selectEvidence } from "../../../src/core/evidence/select-input.ts";

const WINDOW = incidentWindow("run_1", "2026-02-02T00:00:00Z", 3_600_000_000_000n);
const INSIDE = "2026-02-02T00:30:00Z";

interface Dated {
  created_at?: string;
  run_id?: string;
  trace_id?: string;
}

/** Only the members that the selection reads. */
function evidence(lists: { readonly [Kind in keyof Evidence]?: Readonly<Record<string, Dated>> }): Evidence {
  const made = Object.entries(lists).map(([kind, documents]) => [
    kind,
    Object.entries(documents).map(([name, document]) => ({ name, document: { created_at: INSIDE, ...document } })),
  ]);
  return { ...NO_EVIDENCE, ...Object.fromEntries(made) };
}

function selected(found: Evidence, given = NO_EVIDENCE, window: typeof WINDOW | undefined = undefined) {
  const { evidence: taken, warnings } = selectEvidence(found, { runId: "run_1", given, window });
  return { names: Object.values(taken).flatMap((list) => list.map(({ name }) => name)), warnings };
}

const TRACED = evidence({ trace: { t: { trace_id: "t1" } } });

describe("without a window", () => {
  test("an approval of a named trace is taken; one of another trace is left out, with a warning", () => {
    const found = evidence({ approvalAudit: { mine: { trace_id: "t1" }, other: { trace_id: "t2" } } });
    expect(selected(found, TRACED)).toEqual({
      names: ["t", "mine"],
      warnings: ["other: belongs to a trace that is not in the pack, left out"],
    });
  });
  test("without traces, only evidence that names the run is taken", () => {
    const found = evidence({ approvalAudit: { a: { trace_id: "t1" } }, credential: { c: { trace_id: "t1" } } });
    expect(selected(found)).toMatchObject({ names: [] });
    expect(selected(found).warnings).toHaveLength(2);
  });
  test("a document that names the run is taken, regardless of its trace", () => {
    const found = evidence({ credential: { c: { run_id: "run_1", trace_id: "t9" } } });
    expect(selected(found)).toEqual({ names: ["c"], warnings: [] });
  });
  test("one that names another run is not, regardless of its trace", () => {
    const found = evidence({ credential: { c: { run_id: "run_2", trace_id: "t1" } } });
    expect(selected(found, TRACED)).toEqual({ names: ["t"], warnings: ["c: belongs to another run, left out"] });
  });
  test("an empty run id names no run", () => {
    const found = evidence({ credential: { c: { run_id: "", trace_id: "t1" } } });
    expect(selected(found, TRACED).names).toEqual(["t", "c"]);
  });
  test("traces and regressions are not tied to a run unless they name it", () => {
    const found = evidence({ trace: { a: {}, b: { run_id: "run_1" } }, regress: { c: {} } });
    expect(selected(found).names).toEqual(["b"]);
  });
});

describe("with a window", () => {
  test("traces and regressions are taken by their time, both ends included", () => {
    const found = evidence({
      trace: { first: { created_at: WINDOW.from }, before: { created_at: "2026-02-01T22:59:59.999999999Z" } },
      regress: { last: { created_at: WINDOW.to }, after: { created_at: "2026-02-02T01:00:00.000000001Z" } },
    });
    expect(selected(found, NO_EVIDENCE, WINDOW)).toEqual({
      names: ["first", "last"],
      warnings: ["before: outside the window, left out", "after: outside the window, left out"],
    });
  });
  test("an offset is a time too", () => {
    const found = evidence({ trace: { a: { created_at: "2026-02-02T02:30:00+02:00" } } });
    expect(selected(found, NO_EVIDENCE, WINDOW).names).toEqual(["a"]);
  });
  test("an approval needs a trace that was taken, and the time", () => {
    const found = evidence({
      trace: { t: { trace_id: "t1" }, late: { trace_id: "t2", created_at: "2026-03-01T00:00:00Z" } },
      approvalAudit: {
        a: { trace_id: "t1" },
        b: { trace_id: "t2" },
        c: { trace_id: "t1", created_at: "2026-03-01T00:00:00Z" },
      },
    });
    expect(selected(found, NO_EVIDENCE, WINDOW).names).toEqual(["t", "a"]);
  });
  test("where no trace was taken, no approvals are taken", () => {
    const found = evidence({ approvalAudit: { a: { trace_id: "t1" } } });
    expect(selected(found, NO_EVIDENCE, WINDOW).names).toEqual([]);
  });
  test("a trace of another run is left out", () => {
    const found = evidence({ trace: { t: { run_id: "run_2" } } });
    expect(selected(found, NO_EVIDENCE, WINDOW).names).toEqual([]);
  });
});

describe("evidence given by name", () => {
  test("is taken whatever it says, with a warning for oddities", () => {
    const given = evidence({
      trace: { old: { created_at: "2020-01-01T00:00:00Z" } },
      inventory: { other: { run_id: "run_2" } },
    });
    expect(selected(NO_EVIDENCE, given, WINDOW)).toEqual({
      names: ["other", "old"],
      warnings: [
        'other: belongs to another run, "run_2"; included because it was named',
        "old: outside the window; included because it was named",
      ],
    });
  });
});
