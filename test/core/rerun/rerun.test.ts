/** Runs compared, replayed and reduced (contract 1.9 to 1.11), and the demo: against the Go implementation's own answers. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { compareRuns, isChanged } from "../../../src/core/rerun/compare-runs.ts";
import { DEMO_DIGEST, writeDemoRun } from "../../../src/core/rerun/demo.ts";
import { reduceRun } from "../../../src/core/rerun/reduce.ts";
import { replay } from "../../../src/core/rerun/replay.ts";
import { type RunRead, runIn } from "../../../src/core/rerun/run-records.ts";
import { documentParts } from "../../../src/core/run/input-document.ts";
import { recordRun } from "../../../src/core/run/record-run.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { LATER, type LaterItem, laterItems } from "../../go-vectors.ts";

type Row = LaterItem & { readonly stdout: JsonObject };
const ROWS = laterItems(({ kind }) => ["run-diff", "run-replay", "run-reduce"].includes(kind)) as Row[];

async function opened(bytes: Uint8Array): Promise<RunRead> {
  const options = { platform: hostPlatform, keys: [], requireSignature: false };
  return runIn("run.zip", await verifyArtifact(bytesSource(bytes), options));
}

function later(file: string): Promise<RunRead> {
  return opened(new Uint8Array(readFileSync(join(LATER, file))));
}

async function bytesOf(write: (sink: { write(bytes: Uint8Array): void }) => Promise<unknown>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  await write({ write: (bytes) => void pieces.push(bytes.slice()) });
  return new Uint8Array(Buffer.concat(pieces));
}

const MACHINE = { machine: { os: "linux", arch: "amd64" }, now: () => "2026-01-01T00:00:00Z" };

async function recorded(document: JsonValue): Promise<RunRead> {
  const parts = documentParts(new TextEncoder().encode(JSON.stringify(document)));
  return opened(await bytesOf((sink) => recordRun(parts, sink, { platform: hostPlatform, ...MACHINE })));
}

const RUN: { [name: string]: JsonValue } = {
  run: {
    run_id: "r",
    created_at: "2026-01-01T00:00:00Z",
    timeline: [{ event: "a" }, { event: "b", ref: "1" }, { event: "c", ref: "2" }],
  },
  capture_mode: "raw",
  intents: [
    { intent_id: "2", tool_name: "x", args: { input: "ref_9", my_refs: ["r1"], other: "r2" } },
    { intent_id: "1", tool_name: "y", args: {} },
  ],
  results: [{ intent_id: "2", status: "Error", result: {} }],
  refs: {
    receipts: ["ref_9", "r1", "r2"].map((ref_id) => ({
      ...{
        ref_id,
        source_type: "s",
        source_locator: "l",
        redaction_mode: "none",
        retrieved_at: "2026-01-01T00:00:00Z",
      },
      ...{ query_digest: "a".repeat(64), content_digest: "b".repeat(64) },
    })),
  },
};

describe("run diff", () => {
  for (const { command, stdout } of ROWS.filter(({ kind }) => kind === "run-diff")) {
    test(command, async () => {
      const [left = "", right = ""] = command.split(" ").slice(3);
      const privacy = command.includes("metadata") ? "metadata" : "full";
      const summary = await compareRuns(await later(left), await later(right), privacy, hostPlatform);
      expect(summary as unknown as JsonValue).toEqual(stdout["summary"] as JsonValue);
      expect(isChanged(summary)).toBe(!stdout["ok"]);
    });
  }

  const compared = async (left: JsonValue, right: JsonValue, privacy: "full" | "metadata") =>
    compareRuns(await recorded(left), await recorded(right), privacy, hostPlatform);

  test("two runs of the same task, recorded at other times, are the same", async () => {
    const again = { ...RUN, run: { run_id: "other", created_at: "2027-01-01T00:00:00Z", producer_version: "2" } };
    expect(isChanged(await compared(RUN, again, "full"))).toBe(false);
  });

  test("another payload is a change for its digest too: metadata sees it", async () => {
    const other = { ...RUN, results: [{ intent_id: "2", status: "Error", result: { a: 1 } }] };
    expect(await compared(RUN, other, "metadata")).toMatchObject({ intents_changed: false, results_changed: true });
  });

  test("the same digest with another payload is a change that metadata does not look at", async () => {
    const of = (args: JsonValue) => ({
      ...RUN,
      intents: [{ intent_id: "1", tool_name: "y", args, args_digest: "00" }],
    });
    expect(await compared(of({ a: 1 }), of({ a: 2 }), "metadata")).toMatchObject({ intents_changed: false });
    expect(await compared(of({ a: 1 }), of({ a: 2 }), "full")).toMatchObject({ intents_changed: true });
  });

  test("the capture mode is the manifest's", async () => {
    expect(await compared(RUN, { ...RUN, capture_mode: "reference" }, "metadata")).toMatchObject({
      ...{ manifest_changed: true, intents_changed: false, refs_changed: false },
    });
  });
});

describe("run replay", () => {
  for (const { command, stdout } of ROWS.filter(
    ({ kind, expected_exit }) => kind === "run-replay" && expected_exit !== 8,
  )) {
    test(command, async () => {
      const { steps, missing } = await replay(await later(command.split(" ")[3] ?? ""), hostPlatform);
      expect(steps as unknown as JsonValue).toEqual(stdout["steps"] as JsonValue);
      expect([...missing]).toEqual((stdout["missing_results"] ?? []) as string[]);
    });
  }

  for (const [what, change] of [
    [
      "two intents",
      {
        intents: [
          { intent_id: "1", tool_name: "x" },
          { intent_id: "1", tool_name: "x" },
        ],
      },
    ],
    [
      "two results",
      {
        results: [
          { intent_id: "2", status: "ok" },
          { intent_id: "2", status: "error" },
        ],
      },
    ],
  ] as const)
    test(`${what} of one id can't be replayed`, async () => {
      const run = await recorded({ ...RUN, ...change } as unknown as JsonValue);
      await expect(replay(run, hostPlatform)).rejects.toThrow(what);
    });
});

describe("run reduce", () => {
  for (const { command, members, stdout } of ROWS.filter(({ kind }) => kind === "run-reduce")) {
    test(command, async () => {
      const words = command.split(" ");
      const [from = "", predicate] = [words[4], words[6] as "missing_result"];
      const { parts, report } = await reduceRun(await later(from), predicate, hostPlatform);
      expect(report as unknown as JsonValue).toEqual(stdout["report"] as JsonValue);
      const written = await opened(
        await bytesOf((sink) =>
          recordRun(parts, sink, { platform: hostPlatform, runId: report.reduced_run_id, ...MACHINE }),
        ),
      );
      const digests = Object.fromEntries(written.manifest.files.map(({ path, sha256 }) => [path, sha256]));
      const { "manifest.json": _, ...wanted } = members ?? {};
      expect(digests).toEqual(wanted);
    });
  }

  test("what the call names stays: receipts in its arguments, and its events", async () => {
    const { parts, report } = await reduceRun(await recorded(RUN), "non_ok_status", hostPlatform);
    expect(report).toMatchObject({ selected_intent_id: "2", reduced_ref_count: 2, original_ref_count: 3 });
    expect(parts.refs.receipts?.map(({ ref_id }) => ref_id)).toEqual(["ref_9", "r1"]);
    expect(parts.run.timeline?.map(({ event }) => event)).toEqual(["a", "c"]);
  });

  test("a failure that a second result of its id hides is found", async () => {
    const results = ["error", "ok"].map((status) => ({ intent_id: "2", status }));
    const run = await recorded({ ...RUN, results });
    expect((await reduceRun(run, "non_ok_status", hostPlatform)).report.reduced_result_count).toBe(2);
  });

  test("a run without a failure is not reduced", async () => {
    const run = await recorded({ ...RUN, results: [{ intent_id: "2", status: " SUCCESS " }] });
    await expect(reduceRun(run, "non_ok_status", hostPlatform)).rejects.toThrow("true of no call");
  });

  test("a context digest is that of the receipts that stay", async () => {
    const refs = {
      ...(RUN["refs"] as JsonObject),
      context_evidence_mode: "required",
      context_set_digest: "c".repeat(64),
    };
    const { parts } = await reduceRun(await recorded({ ...RUN, refs }), "non_ok_status", hostPlatform);
    expect(parts.refs).toMatchObject({ context_ref_count: 2, context_evidence_mode: "required" });
    expect(parts.refs.context_set_digest).not.toBe("c".repeat(64));
    const again = await bytesOf((sink) => recordRun(parts, sink, { platform: hostPlatform, ...MACHINE }));
    expect((await opened(again)).refs.context_set_digest).toBe(parts.refs.context_set_digest as string);
  });
});

test("the demo has its digest, and verifies", async () => {
  let digest = "";
  const bytes = await bytesOf(async (sink) => {
    digest = await writeDemoRun(sink, hostPlatform);
  });
  expect([digest, (await opened(bytes)).manifest.manifest_digest]).toEqual([DEMO_DIGEST, DEMO_DIGEST]);
});
