/** The account of an artifact: the basis of every view. */
import { describe, expect, test } from "bun:test";
import { accountOf } from "../../../src/core/account/account.ts";
import { callRecord } from "../../../src/core/account/call.ts";
import { outcomeOf } from "../../../src/core/account/call-outcome.ts";
import { contentTree } from "../../../src/core/account/contents.ts";
import { jobAccount } from "../../../src/core/account/job.ts";
import { runTimeline } from "../../../src/core/account/run-timeline.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { type VerifyOptions, verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { Account } from "../../../src/schema/account/account.ts";
import { AccountSchema } from "../../../src/schema/account/account.ts";
import { CallRecordSchema } from "../../../src/schema/account/call.ts";
import type { ContentFile } from "../../../src/schema/account/parts.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { issuesOf } from "../../../src/schema/validate/explain.ts";
import { EXAMPLE_INPUT, packOf, runpackOf, testSigner } from "../artifacts.ts";
import { FULL } from "../evidence/artifacts.ts";
import { vector } from "../job/fixture.ts";

const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };

async function account(bytes: Uint8Array, options = UNKEYED): Promise<Account> {
  const described = await accountOf(await verifyArtifact(bytesSource(bytes), options));
  expect(issuesOf(AccountSchema, described)).toEqual([]);
  return described;
}

async function runOf(input: JsonObject): Promise<NonNullable<Account["run"]> & { warnings: readonly string[] }> {
  const { bytes } = await runpackOf({ run: { run_id: "r", created_at: "2026-01-01T00:00:00Z" }, ...input }, RAW);
  const { run, warnings } = await account(bytes);
  return { ...(run as NonNullable<Account["run"]>), warnings };
}

const RAW = { captureMode: "raw" } as const;

async function record(bytes: Uint8Array, id: string) {
  const verified = await verifyArtifact(bytesSource(bytes), UNKEYED);
  const found = await callRecord(verified, await accountOf(verified), id);
  if (found !== undefined) expect(issuesOf(CallRecordSchema, found)).toEqual([]);
  return found;
}

describe("a signed pack of a run", () => {
  test("says what it is, who signed it and where it comes from", async () => {
    const signer = await testSigner();
    const { bytes } = await packOf((await runpackOf(EXAMPLE_INPUT)).bytes, signer);
    const { format, about, verdict, provenance } = await account(bytes, { ...UNKEYED, keys: [signer.publicKey] });
    expect({ format, about, verdict }).toEqual({ format: "pack", about: "run", verdict: "authentic" });
    expect(provenance).toMatchObject({
      recorded_at: "2026-11-20T09:00:00Z",
      producer: "agent-runtime 3.4.1",
      packed_by: "0.0.0-dev",
      capture_mode: "reference",
      environment: { os: "linux", arch: "amd64", runtime: "node" },
      source: { path: "source/runpack.zip", signatures: 0 },
      signature_status: "verified",
      signatures: [{ key_id: signer.publicKey.id, status: "verified" }],
    });
    expect((await account(bytes)).provenance.signatures).toEqual([
      { key_id: signer.publicKey.id, status: "not_checked" },
    ]);
  });

  test("joins calls and results, and counts them", async () => {
    const { bytes } = await packOf((await runpackOf(EXAMPLE_INPUT)).bytes);
    const { run } = await account(bytes);
    expect(run?.totals).toMatchObject({ calls: 6, ok: 5, failed: 1, open: 0, events: 4, references: 2 });
    expect(run?.calls[0]).toMatchObject({ index: 1, intent_id: "call_01", tool_name: "shell.exec", outcome: "failed" });
    expect(run?.seconds).toBeGreaterThan(0);
  });

  test("lists its contents with sizes, those of the embedded runpack too", async () => {
    const { bytes } = await packOf((await runpackOf(EXAMPLE_INPUT)).bytes);
    const { contents } = await account(bytes);
    expect(contents.file_size).toBe(bytes.length);
    expect(contents.files.map(({ path, archive }) => [archive, path])).toEqual([
      [undefined, "pack_manifest.json"],
      [undefined, "run_payload.json"],
      [undefined, "source/runpack.zip"],
      ...["intents.jsonl", "manifest.json", "refs.json", "results.jsonl", "run.json"].map((path) => [
        "source/runpack.zip",
        path,
      ]),
    ]);
    expect(contents.files.every(({ state, size = -1 }) => state === "sound" && size >= 0)).toBe(true);
    const [, , folder] = contentTree(contents).children;
    expect(folder).toMatchObject({ name: "source", files: 1 });
    expect(folder?.children[0]?.children.map(({ name }) => name)).toContain("intents.jsonl");
  });
});

describe("the outcome of a call", () => {
  const CASES: readonly (readonly [JsonObject | undefined, string])[] = [
    [undefined, "open"],
    [{ status: "ok" }, "ok"],
    [{ status: " OK " }, "ok"],
    [{ status: "succeeded" }, "ok"],
    [{ status: "done" }, "ok"],
    [{ status: " Completed" }, "unstated"],
    [{ status: "completed", verdict: "allow" }, "unstated"],
    [{ status: "completed", verdict: "require_approval" }, "unstated"],
    [{ status: "completed", verdict: "deny" }, "blocked"],
    [{ status: "denied" }, "blocked"],
    [{ status: "error" }, "failed"],
    [{ status: "" }, "failed"],
    [{}, "failed"],
    [{ status: "okay-ish" }, "failed"],
    [{ status: "ok", verdict: "block" }, "blocked"],
    [{ status: "ok", verdict: "require_approval" }, "ok"],
    [{ status: "error", verdict: "Require_Approval" }, "blocked"],
    [{ status: "approval_required" }, "blocked"],
    [{ status: "blocked" }, "blocked"],
    [{ status: "ok", verdict: "allow" }, "ok"],
  ];
  for (const [result, outcome] of CASES) {
    test(`${JSON.stringify(result)} is ${outcome}`, () => expect(outcomeOf(result)).toBe(outcome as never));
  }
});

describe("times", () => {
  const at = (second: string) => `2026-01-01T00:00:${second}Z`;

  test("a duration is known where the two times differ", async () => {
    const run = await runOf({
      intents: [
        { intent_id: "a", created_at: at("01") },
        { intent_id: "b" },
        { intent_id: "c", created_at: "2026-01-01T01:00:05+01:00" },
      ],
      results: [
        { intent_id: "a", created_at: at("01.000000001") },
        { intent_id: "b" },
        { intent_id: "c", created_at: at("04") },
      ],
    });
    expect(run.calls.map(({ seconds }) => seconds)).toEqual([1e-9, undefined, undefined]);
    expect(run.warnings.join("\n")).toContain("older than its intent");
    expect(run).toMatchObject({ began_at: "2026-01-01T00:00:00Z", ended_at: "2026-01-01T01:00:05+01:00", seconds: 5 });
  });

  test("the timeline is in the order of the instants, whatever their offsets", async () => {
    const run = await runOf({
      run: {
        run_id: "r",
        created_at: at("00"),
        timeline: [
          { event: "late", ts: at("09") },
          { event: "early", ts: "2025-12-31T23:59:59-00:00" },
        ],
      },
      intents: [
        { intent_id: "second", created_at: "2026-01-01T02:00:02+02:00" },
        { intent_id: "first", created_at: "2025-12-31T22:00:01.5-02:00" },
      ],
    });
    const names = runTimeline(run).map((item) =>
      item.kind === "call" ? item.call.intent_id : item.kind === "event" && item.event.event,
    );
    expect(names).toEqual(["early", "first", "second", "late"]);
    expect(runTimeline(run).map(({ seconds }) => seconds)).toEqual([0, 2.5, 3, 10]);
  });
});

describe("one call in full", () => {
  const input: JsonObject = {
    run: { run_id: "r", timeline: [{ event: "asked", ts: "2026-01-01T00:00:00Z", ref: "a" }] },
    intents: [
      { intent_id: "a", tool_name: "t", args: { deep: [{ input_ref: "ref_1" }] } },
      { intent_id: "b", args: {} },
    ],
    results: [{ intent_id: "a", status: "ok", result: { sources: ["ref_2"] } }],
    refs: {
      receipts: [
        { ref_id: "ref_1", source_locator: "x", retrieved_at: "2026-01-01T00:00:00Z" },
        { ref_id: "ref_2", source_locator: "x", retrieved_at: "2026-01-01T00:00:00Z" },
        { ref_id: "ref_3", source_locator: "a", retrieved_at: "2026-01-01T00:00:00Z" },
        { ref_id: "ref_4", source_locator: "ab", retrieved_at: "2026-01-01T00:00:00Z" },
      ],
    },
  };

  test("has its records, its events and the receipts near it", async () => {
    const { bytes } = await packOf((await runpackOf(input as JsonValue, RAW)).bytes);
    const found = await record(bytes, "a");
    expect(found?.intents[0]?.["args"]).toEqual({ deep: [{ input_ref: "ref_1" }] });
    expect(found?.results[0]?.["result"]).toEqual({ sources: ["ref_2"] });
    expect(found?.events).toEqual([{ event: "asked", at: "2026-01-01T00:00:00Z", ref: "a" }]);
    expect(found?.references.map(({ mentioned_by, receipt }) => [mentioned_by, receipt["ref_id"]])).toEqual([
      ["args", "ref_1"],
      ["result", "ref_2"],
      ["receipt", "ref_3"],
    ]);
  });

  test("is missing for an unknown id", async () => {
    const { bytes } = await runpackOf(input as JsonValue, RAW);
    expect(await record(bytes, "c")).toBeUndefined();
    expect(await record(FULL, "a")).toBeUndefined();
  });

  test("shows the first records and a count for a repeated id", async () => {
    const intents = Array.from({ length: 25 }, () => ({ intent_id: "a" }));
    const { bytes } = await runpackOf({ run: { run_id: "r" }, intents }, RAW);
    expect(await record(bytes, "a")).toMatchObject({ left_out: 5, intents: { length: 20 } });
  });
});

describe("a job", () => {
  const { state, events } = vector("job_decision");
  const described = jobAccount(events, state);

  test("is a sequence of states without gaps", () => {
    for (const [index, { to }] of described.states.entries()) {
      expect(to).toBe(described.states[index + 1]?.from as string);
    }
    expect(described.states.at(-1)?.status).toBe(state.status);
  });

  test("an approval answers the oldest open decision, never one that is still to come", () => {
    const at = "2026-01-01T00:00:00Z";
    const event = (revision: number, type: string, more: JsonObject = {}) =>
      ({
        ...{ schema_id: "gait.job.event", schema_version: "1.0.0", created_at: at, job_id: "j", revision, type },
        ...more,
      }) as never;
    const asks = (revision: number, checkpoint_id: string) =>
      event(revision, "checkpoint_added", { payload: { checkpoint_id, checkpoint_type: "decision-needed" } });
    const { approvals, checkpoints, totals } = jobAccount(
      [
        event(1, "submitted"),
        event(2, "approved", { actor: "early" }),
        asks(3, "cp_0001"),
        asks(4, "cp_0002"),
        event(5, "approved", { actor: "dana" }),
      ],
      state,
    );
    expect(approvals.map(({ checkpoint_id }) => checkpoint_id)).toEqual([undefined, "cp_0001"]);
    expect(checkpoints.map(({ decision, approval }) => [decision, approval?.actor])).toEqual([
      ["approved", "dana"],
      ["open", undefined],
    ]);
    expect(totals).toMatchObject({ decisions: 2, open_decisions: 1, approvals: 2 });
  });
});

test("an evidence pack shows its controls with their evidence", async () => {
  const { about, evidence } = await account(FULL);
  expect(about).toBe("evidence");
  expect(evidence?.controls.map(({ has_evidence }) => has_evidence)).toContain(true);
  expect(evidence?.runpack).toMatchObject({ intents: 2, results: 2, receipts: 2 });
});

describe("evidence that failed verification", () => {
  test("a cut file has only a verdict", async () => {
    const { bytes } = await runpackOf(EXAMPLE_INPUT);
    const described = await account(bytes.slice(0, 200));
    expect(described).toMatchObject({ format: "unknown", verdict: "failed", verified: false });
    expect(described.run).toBeUndefined();
  });

  test.each([
    ["results.jsonl", "a call that is shown without a result may have one"],
    ["intents.jsonl", "there may be more calls than are shown"],
  ])("a run whose %s does not inflate says what it can't say", async (name, words) => {
    const { bytes } = await runpackOf(EXAMPLE_INPUT);
    const at = new TextDecoder("latin1").decode(bytes).indexOf(name) + name.length + 20;
    const broken = bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte));
    const { verdict, warnings } = await account(broken);
    expect([verdict, warnings]).toEqual(["failed", [expect.stringContaining(`${name}: it can't be read to its end`)]]);
    expect(warnings[0]).toContain(words);
    expect((await account(bytes)).warnings).toEqual([]);
  });
});

describe("the tree of contents", () => {
  const file = (path: string, more: Partial<ContentFile> = {}): ContentFile => ({
    ...{ path, role: "content", state: "sound", size: 1, packed_size: 1 },
    ...more,
  });

  test("a folder that holds only a folder is merged with it, and a name of 32,000 folders ends", () => {
    const deep = "d/".repeat(16_000);
    const tree = contentTree({ files: [file("a/b/c"), file("a/b/e/f"), file(`${deep}x`)] });
    expect(tree).toMatchObject({ files: 3, size: 3 });
    expect(tree.children[0]).toMatchObject({ name: "a/b", files: 2 });
  });

  test("a name that looks like a path in an archive is not treated as one", () => {
    const tree = contentTree({
      files: [file("x.zip"), file("run.json", { archive: "x.zip" }), file("x.zip!/run.json")],
    });
    expect(tree.children.map(({ name }) => name)).toEqual(["x.zip", "x.zip!"]);
    expect(tree.children[0]?.children).toHaveLength(1);
  });
});

describe("the work grows in proportion to the calls", () => {
  async function milliseconds(calls: number, id: (index: number) => string): Promise<number> {
    const records = Array.from({ length: calls }, (_, index) => ({ intent_id: id(index), status: "error" }));
    const { bytes } = await runpackOf({ run: { run_id: "r" }, intents: records, results: records });
    const verified = await verifyArtifact(bytesSource(bytes), UNKEYED);
    const start = performance.now();
    const { run } = await accountOf(verified);
    runTimeline(run as NonNullable<typeof run>);
    return performance.now() - start;
  }

  const IDS: readonly (readonly [string, (index: number) => string])[] = [
    ["each with a different id", (index) => `call_${index}`],
    ["all with one id", () => "same"],
  ];
  for (const [name, id] of IDS) {
    test(name, async () => {
      // 16 times the calls: 256 times the work if it were quadratic. Measured again if a busy machine interfered.
      let least = Number.POSITIVE_INFINITY;
      for (let attempt = 0; attempt < 4 && least > 60; attempt += 1) {
        least = Math.min(least, (await milliseconds(16_000, id)) / (await milliseconds(1000, id)));
      }
      expect(least).toBeLessThan(60);
    });
  }
});
