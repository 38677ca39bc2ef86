/** The recorder of programs: what it records of what it is told, what it warns of, and that it never throws into the agent. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { RecorderLog } from "../../../src/core/recorder/log.ts";
import { digestOf, sha256OfText } from "../../../src/core/signature/digest.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { packOf, runpackOf, testSigner } from "../artifacts.ts";
import { documentOf, LIBRARY, recorder, steps } from "./recording.ts";

type Way = "ok" | "error" | "completed" | "denied" | "cancelled";

describe("calls", () => {
  test("an intent and its answer, with their times", async () => {
    const run = recorder({ captureMode: "raw" });
    run.intent("search", { q: "x" }).ok({ hits: 2 });
    expect(await documentOf(run)).toEqual({
      run: {
        run_id: "run_1",
        created_at: "2026-11-26T00:00:01.000Z",
        producer_version: "1.0",
        env: { os: "linux", arch: "amd64", runtime: "agent/2" },
      },
      intents: [
        { intent_id: "intent_1", tool_name: "search", created_at: "2026-11-26T00:00:02.000Z", args: { q: "x" } },
      ],
      results: [{ intent_id: "intent_1", status: "ok", created_at: "2026-11-26T00:00:03.000Z", result: { hits: 2 } }],
      capture_mode: "raw",
    });
    expect(run.warnings).toEqual([]);
  });

  test("by reference, the digests alone leave the program", async () => {
    const lines: string[] = [];
    const log: RecorderLog = {
      append: (line) => void lines.push(new TextDecoder().decode(line)),
      read: () => lines.map((line) => new TextEncoder().encode(line)),
    };
    const run = recorder({ log });
    run.intent("search", { q: "secret" }).ok("secret too");
    const { intents, results } = await documentOf(run);
    expect(intents[0]).toMatchObject({ args_digest: digestOf(platform, { q: "secret" }) });
    expect(results[0]).toMatchObject({ result_digest: digestOf(platform, { value: "secret too" }) });
    expect(lines.join("")).not.toContain("secret");
  });

  test("arguments are those of the moment: what the tool does with them later is not recorded", async () => {
    const run = recorder({ captureMode: "raw" });
    const args = { list: [1] };
    const call = run.intent("sort", args);
    args.list.push(2);
    call.ok(args);
    const { intents, results } = await documentOf(run);
    expect([intents[0]?.["args"], results[0]?.["result"]]).toEqual([{ list: [1] }, { list: [1, 2] }]);
  });

  test.each([
    ["ok", undefined, undefined],
    ["ok", "text", { value: "text" }],
    ["ok", null, { value: null }],
    ["ok", ["a"], { value: ["a"] }],
    ["ok", {}, {}],
    ["error", undefined, undefined],
    ["error", "timeout", { error: "timeout" }],
    ["error", new TypeError("no such file"), { error: { type: "TypeError", message: "no such file" } }],
    ["completed", "done", { value: "done" }],
    ["denied", "policy 7", { reason: "policy 7" }],
    ["denied", undefined, undefined],
    ["cancelled", "by the user", { reason: "by the user" }],
  ] as [Way, unknown, JsonObject | undefined][])("answer %#: %s", async (way, given, recorded) => {
    const run = recorder({ captureMode: "raw" });
    run.intent("tool")[way](given as string);
    const { intents, results } = await documentOf(run);
    expect(results[0]).toMatchObject({ status: way });
    expect(results[0]?.["result"]).toEqual(recorded as JsonValue);
    // Nothing is made up for what is absent.
    expect(Object.keys(intents[0] ?? {})).toEqual(["intent_id", "tool_name", "created_at"]);
  });

  test("an id of the agent's own; one that comes again gets a number, and its answer goes to the latest that is open", async () => {
    const run = recorder({ captureMode: "raw" });
    for (const n of [1, 2]) run.intent("tool", { n }, { id: "call_a" });
    run.result("call_a", "ok", { n: 2 });
    run.result("call_a", "ok", { n: 1 });
    run.result("call_a", "ok", { n: 3 });
    const { intents, results } = await documentOf(run);
    expect(intents.map((each) => each["intent_id"])).toEqual(["call_a", "call_a#2"]);
    expect(results.map((each) => [each["intent_id"], each["result"]])).toEqual([
      ["call_a#2", { n: 2 }],
      ["call_a", { n: 1 }],
    ]);
    expect(run.warnings).toEqual([
      "call_a#2: an id that was used already, recorded with a number",
      "call_a: a second answer, not recorded: the first stands",
    ]);
  });

  test("a call's first answer stands", async () => {
    const run = recorder();
    const call = run.intent("tool");
    call.ok();
    call.error("late");
    expect((await documentOf(run)).results.map((each) => each["status"])).toEqual(["ok"]);
    expect(run.warnings).toEqual(["intent_1: a second answer, not recorded: the first stands"]);
  });

  test("a call without an answer is recorded open, and an answer without a call alone", async () => {
    const run = recorder();
    const call = run.intent("tool");
    run.result("elsewhere", "ok", {});
    expect(run.open).toEqual([call]);
    const { results, intents, warnings } = await run.finish();
    expect([intents, results]).toEqual([1, 1]);
    expect(warnings.join()).toContain("no intent has this intent_id");
  });
});

describe("events and references", () => {
  test("an event has its time, and what it belongs to", async () => {
    const run = recorder();
    run.event("prompt", { time: new Date(0) });
    run.event("handoff", { ref: "intent_1" });
    expect((await documentOf(run)).run["timeline"]).toEqual([
      { event: "prompt", ts: "1970-01-01T00:00:00.000Z" },
      { event: "handoff", ts: "2026-11-26T00:00:02.000Z", ref: "intent_1" },
    ]);
  });

  test("a reference has the digests of its query and its content, never their text", async () => {
    const run = recorder({ captureMode: "raw" });
    run.reference({ type: "retrieval", locator: "kb", query: "grüße", content: ["doc"] });
    run.reference({ id: "mine", type: "file", locator: "a.txt" });
    const { refs } = await documentOf(run);
    expect(refs?.receipts).toEqual([
      {
        ref_id: "ref_1",
        source_type: "retrieval",
        source_locator: "kb",
        query_digest: sha256OfText(platform, "grüße"),
        content_digest: digestOf(platform, ["doc"]),
        retrieved_at: "2026-11-26T00:00:02.000Z",
        redaction_mode: "reference",
      },
      {
        ref_id: "mine",
        source_type: "file",
        source_locator: "a.txt",
        retrieved_at: "2026-11-26T00:00:03.000Z",
        redaction_mode: "reference",
      },
    ]);
    expect((await run.finish()).warnings.join()).toContain("query_digest is missing");
  });
});

describe("times", () => {
  test.each(["2026-02-02T02:15:00Z", "2026-02-02T02:15:00.123456789+05:30"])("%s is taken", async (time) => {
    const run = recorder();
    run.intent("tool", {}, { time });
    expect((await documentOf(run)).intents[0]).toMatchObject({ created_at: time });
    await run.finish();
  });

  test.each(["yesterday", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+01:00", new Date(Number.NaN)])(
    "%p is left out, with a warning",
    async (time) => {
      const run = recorder();
      run.intent("tool", {}, { time });
      expect((await documentOf(run)).intents[0]).not.toHaveProperty("created_at");
      expect(run.warnings).toEqual(["intent_1: a time that can't be read, left out"]);
      await run.finish();
    },
  );
});

describe("what the caller did not state", () => {
  test("is what this program knows of its machine, and in a browser unknown", async () => {
    const { portablePlatform } = await import("../../../src/core/portable-platform.ts");
    const { libraryOn } = await import("../../../src/core/library.ts");
    const here = await documentOf(new LIBRARY.Recorder({ runId: "r" }));
    expect(here.run["env"]).toMatchObject({ os: process.platform, runtime: "test/1.0" });
    const inBrowser = await documentOf(new (libraryOn(portablePlatform).Recorder)({ runId: "r" }));
    expect(inBrowser.run["env"]).toEqual({ os: "unknown", arch: "unknown", runtime: "unknown" });
    expect(inBrowser.capture_mode).toBe("reference");
  });

  test("the version of the program is recorded as 0.0.0-dev, with a warning", async () => {
    const { warnings } = await recorder({ producerVersion: undefined }).finish();
    expect(warnings).toEqual(["run.producer_version is not stated; recorded as 0.0.0-dev"]);
  });
});

describe("wrong calls", () => {
  test.each([{ runId: "" }, { runId: "a b" }, { runId: 7 as never }, { captureMode: "all" as never }])(
    "a wrong run id or capture mode is refused: %#",
    (options) => {
      expect(() => recorder(options)).toThrow(GaitError);
    },
  );

  test("a key that is none, and two of them, are refused; the run can be finished still", async () => {
    const run = recorder();
    const signer = { publicKey: "", sign: async () => new Uint8Array(64) };
    await expect(run.finish({ privateKey: "no key" })).rejects.toMatchObject({ code: "invalid_key" });
    await expect(run.finish({ privateKey: "a", signer })).rejects.toMatchObject({ code: "invalid_input" });
    expect((await run.finish()).runId).toBe("run_1");
  });

  test("a signer whose signature does not verify is refused", async () => {
    const { publicKey } = await testSigner();
    const signer = { publicKey: Buffer.from(publicKey.bytes).toString("base64"), sign: async () => new Uint8Array(64) };
    await expect(recorder().finish({ signer })).rejects.toMatchObject({ code: "invalid_key" });
  });
});

describe("the agent goes on", () => {
  test("after the end nothing is recorded, and each of it is a warning", async () => {
    const run = recorder();
    const call = run.intent("slow");
    const { bytes } = await run.finish();
    call.ok("late");
    run.intent("more").ok();
    run.event("prompt");
    run.result("x", "ok");
    run.reference({ type: "file", locator: "a" });
    expect(run.warnings).toEqual([
      "intent_1: after the end of the recording, not recorded",
      "intent_2: after the end of the recording, not recorded",
      "prompt: after the end of the recording, not recorded",
      "x: after the end of the recording, not recorded",
      "ref_1: after the end of the recording, not recorded",
    ]);
    expect((await run.finish()).bytes).toEqual(bytes);
  });

  test("a log that fails is a warning, and what follows is kept in memory", async () => {
    const lines: Uint8Array[] = [];
    const log: RecorderLog = {
      append(line) {
        lines.push(line);
        // Written, and then not synced: it is in the log, and in memory too.
        if (lines.length > 2) throw new Error("disk full");
      },
      read: () => lines,
      flush: () => Promise.reject(new Error("no disk")),
      close: () => {
        throw new Error("no close");
      },
    };
    const told: string[] = [];
    const run = recorder({ log, onWarning: (warning) => told.push(warning) });
    for (const tool of ["a", "b", "c"]) run.intent(tool).ok();
    const { intents, results, warnings } = await run.finish();
    expect([intents, results, lines.length]).toEqual([3, 3, 3]);
    expect(told).toEqual([
      "disk full: the log takes no more; what follows is kept in memory alone",
      "no disk: the log could not be brought to the disk",
      "no close: the log could not be closed",
    ]);
    expect(warnings.slice(0, 3)).toEqual(told);
  });

  test("a log that lost entries is told of when the run is finished: nothing is made of the rest", async () => {
    const lines: Uint8Array[] = [];
    const run = recorder({ log: { append: (line) => void lines.push(line), read: () => lines } });
    run.intent("a").ok();
    lines.pop();
    await expect(run.finish()).rejects.toMatchObject({ code: "input_changed" });
    await expect(run.document()).rejects.toMatchObject({ code: "input_changed" });
  });

  test("an onWarning and a clock that throw stop nothing", async () => {
    const fails = (): never => {
      throw new Error("mine");
    };
    const run = recorder({ onWarning: fails });
    run.intent("tool", new Map()).ok();
    expect(run.warnings).toEqual(["intent_1.args: has no JSON form, and is left out"]);
    let isBroken = false;
    const other = recorder({ now: () => (isBroken ? fails() : "2026-01-01T00:00:00Z") });
    isBroken = true;
    other.intent("tool").ok();
    expect((await other.finish()).warnings).toContain("intent_1: a time that can't be read, left out");
  });
});

test("whatever a program does, its runpack and pack are those of the command line for its document", async () => {
  const signer = await testSigner();
  const seed = { publicKey: Buffer.from(signer.publicKey.bytes).toString("base64"), sign: signer.sign };
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom("raw" as const, "reference" as const), async (all, captureMode) => {
      const run = recorder({ captureMode });
      for (const step of all) step(run);
      const document = await run.document();
      const runpack = await run.finish({ signer: seed });
      const { bytes, recorded } = await runpackOf(document, { signer });
      expect(Buffer.from(runpack.bytes).equals(bytes)).toBe(true);
      expect(runpack).toMatchObject({ manifestDigest: recorded.manifestDigest, intents: recorded.intents });
      const pack = await LIBRARY.buildPack(runpack.bytes, { signer: seed });
      expect(Buffer.from(pack.bytes).equals((await packOf(bytes, signer)).bytes)).toBe(true);
      expect(Buffer.from(await run.document()).equals(document)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
