/** `run record`: members byte for byte as the Go implementation wrote them, defaults, warnings and refusals. */
import { describe, expect, test } from "bun:test";
import { digestOf, sha256Hex } from "../../../src/core/signature/digest.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";
import { vectorBytes, vectors } from "../../go-vectors.ts";
import { membersOf, runpackOf } from "../artifacts.ts";
import { DIGEST, RUN, record } from "./recorded.ts";

describe("inputs of the Go implementation, recorded raw", () => {
  for (const { file, input = "", members, manifest_digest: digest } of vectors("runpack-raw")) {
    // Its numbers are lossy: Go wrote different ones from those in the input.
    if (input === "inputs/run_delta.json") continue;
    test(`${input} gives the members of ${file}`, async () => {
      const { bytes, recorded } = await runpackOf(vectorBytes(input), { captureMode: "raw" });
      const digests = [...(await membersOf(bytes))].map(([path, member]) => [path, sha256Hex(hostPlatform, member)]);
      expect(Object.fromEntries(digests)).toEqual(members ?? {});
      expect(recorded.manifestDigest).toBe(digest ?? "");
    });
  }

  test("inputs/run_delta.json is refused for its lossy numbers", () => {
    expect(runpackOf(vectorBytes("inputs/run_delta.json"))).rejects.toThrow(/\$\.intents\[1\]\.args\.nums\.n_/);
  });

  test("inputs/run_delta.json with its lossy numbers quoted is recorded, every number as written", async () => {
    const quoted = new TextDecoder()
      .decode(vectorBytes("inputs/run_delta.json"))
      .replace(/: (12345678901234567890|9007199254740993|333333333\.33333329)/g, ': "$1"');
    const { bytes, recorded } = await runpackOf(new TextEncoder().encode(quoted), { captureMode: "raw" });
    expect(recorded).toMatchObject({ runId: "run_delta", intents: 40, results: 35 });
    const [, second = ""] = new TextDecoder().decode((await membersOf(bytes)).get("intents.jsonl")).split("\n");
    expect(second).toContain(
      '"n_1e20":100000000000000000000,"n_333":"333333333.33333329","n_big":"12345678901234567890","n_e21":1e+21',
    );
    expect(second).toContain('"n_neg0":0,"n_odd":"9007199254740993"');
  });
});

describe("what an input leaves out", () => {
  test("a run has an id and nothing else: everything else has its default", async () => {
    const { run, refs, members, recorded } = await record({ run: { run_id: "r" } });
    expect(run).toEqual({
      schema_id: "gait.runpack.run",
      schema_version: "1.0.0",
      created_at: "2026-11-23T00:00:00Z",
      producer_version: "0.0.0-dev",
      run_id: "r",
      env: { os: "linux", arch: "amd64", runtime: "go" },
      timeline: null,
    });
    expect(refs["receipts"]).toEqual([]);
    expect(members.get("intents.jsonl")).toHaveLength(0);
    expect(members.get("results.jsonl")).toHaveLength(0);
    expect(recorded.captureMode).toBe("reference");
  });

  const NOTHING: readonly (readonly [string, JsonValue])[] = [
    ["null for every list", { run: RUN, intents: null, results: null, refs: null }],
    ["empty lists", { run: RUN, intents: [], results: [], refs: { receipts: [] } }],
    ["absent lists", { run: RUN }],
  ];
  for (const [name, input] of NOTHING) {
    test(`${name} count as left out`, async () => {
      expect((await runpackOf(input)).bytes).toEqual((await runpackOf({ run: RUN })).bytes);
    });
  }

  test("a record takes time, version and run from its run unless it has its own", async () => {
    const { records } = await record({
      run: { ...RUN, producer_version: "p" },
      intents: [
        { intent_id: "a" },
        { intent_id: "b", created_at: "2026-05-05T00:00:00.500+01:00", producer_version: "q", run_id: "s" },
      ],
    });
    expect(records("intents.jsonl")).toMatchObject([
      { created_at: RUN.created_at, producer_version: "p", run_id: "r" },
      { created_at: "2026-05-05T00:00:00.5+01:00", producer_version: "q", run_id: "s" },
    ]);
  });

  test("--run-id replaces every run id", async () => {
    const input = { run: RUN, intents: [{ intent_id: "a", run_id: "elsewhere" }], refs: { run_id: "elsewhere" } };
    const { records, run, refs, recorded } = await record(input, { runId: "given" });
    expect([run["run_id"], refs["run_id"], records("intents.jsonl")[0].run_id, recorded.runId]).toEqual(
      Array(4).fill("given"),
    );
  });
});

describe("bodies and digests", () => {
  const args = { path: "/a", n: 1 };
  const digest = digestOf(hostPlatform, args);

  test("raw keeps args and results", async () => {
    const { records, recorded } = await record(
      { run: RUN, intents: [{ intent_id: "a", args }] },
      { captureMode: "raw" },
    );
    expect(records("intents.jsonl")[0]).toMatchObject({ args, args_digest: digest });
    expect(recorded.argsOmitted).toBe(0);
  });
  test("reference keeps their digests, leaves them out, and counts them", async () => {
    const input = { run: RUN, intents: [{ intent_id: "a", args }], results: [{ intent_id: "a", result: args }] };
    const { records, recorded } = await record(input);
    expect(records("intents.jsonl")[0]).not.toHaveProperty("args");
    expect(records("results.jsonl")[0]).not.toHaveProperty("result");
    expect(records("intents.jsonl")[0].args_digest).toBe(digest);
    expect(records("results.jsonl")[0].result_digest).toBe(digest);
    expect([recorded.argsOmitted, recorded.resultsOmitted]).toEqual([1, 1]);
  });
  test("the input's capture_mode counts without the flag", async () => {
    const input = { run: RUN, capture_mode: " raw " };
    expect((await record(input)).recorded.captureMode).toBe("raw");
    expect((await record(input, { captureMode: "reference" })).recorded.captureMode).toBe("reference");
  });
  test("an empty object has a digest but is not written", async () => {
    const { records } = await record({ run: RUN, intents: [{ intent_id: "a", args: {} }] }, { captureMode: "raw" });
    expect(records("intents.jsonl")[0]).not.toHaveProperty("args");
    expect(records("intents.jsonl")[0].args_digest).toBe(digestOf(hostPlatform, {}));
  });
  test("a member named __proto__ is an ordinary member", async () => {
    const input = `{"run":{"run_id":"r"},"__proto__":{"a":1},"intents":[{"intent_id":"a","args":{"__proto__":{"x":1}}}]}`;
    const { records, recorded } = await record(JSON.parse(input), { captureMode: "raw" });
    expect(Object.keys(records("intents.jsonl")[0].args)).toEqual(["__proto__"]);
    expect(recorded.warnings).toEqual(["$.__proto__: unknown member, left out"]);
  });
});

describe("warnings name what is recorded unchanged", () => {
  const CASES: readonly (readonly [string, JsonValue, string])[] = [
    [
      "a digest that is not its payload's",
      { intents: [{ intent_id: "a", args: { x: 1 }, args_digest: DIGEST }] },
      "$.intents[0]: args_digest does not match args",
    ],
    [
      "a repeated intent_id",
      {
        intents: [
          { intent_id: "a", args_digest: DIGEST },
          { intent_id: "a", args_digest: DIGEST },
        ],
      },
      '$.intents[1].intent_id "a": a repeated intent_id',
    ],
    [
      "an orphaned result",
      { results: [{ intent_id: "x", result_digest: DIGEST }] },
      '$.results[0].intent_id "x": no intent has this intent_id',
    ],
    [
      "a record belongs to another run",
      { intents: [{ intent_id: "a", args_digest: DIGEST, run_id: "s" }] },
      '$.intents[0].run_id "s": a record belongs to another run',
    ],
    ["neither payload nor digest", { intents: [{ intent_id: "a" }] }, "$.intents[0]: neither args nor args_digest"],
    [
      "an unknown member",
      { intents: [{ intent_id: "a", args_digest: DIGEST, arguments: {} }] },
      "$.intents[0].arguments: unknown member, left out",
    ],
    [
      "an unknown member of the environment",
      { run: { ...RUN, env: { host: "h" } } },
      "$.run.env.host: unknown member, left out",
    ],
    [
      "an invalid digest",
      { intents: [{ intent_id: "a", args_digest: "sha256:abc" }] },
      "$.intents[0]: args_digest is not a SHA-256 of 64 hex digits",
    ],
    [
      "a receipt without a digest",
      { refs: { receipts: [{ ref_id: "r", content_digest: DIGEST }] } },
      "$.refs.receipts[0]: query_digest is missing",
    ],
    [
      "more digits than nanoseconds",
      { intents: [{ intent_id: "a", args_digest: DIGEST, created_at: "2026-01-01T00:00:00.1234567891Z" }] },
      "$.intents[0].created_at: digits past the nanosecond were cut",
    ],
  ];
  for (const [name, input, warning] of CASES) {
    test(name, async () => {
      expect((await record({ run: RUN, ...(input as object) })).recorded.warnings).toEqual([warning]);
    });
  }
  test("nothing odd: no warning", async () => {
    const input = {
      run: RUN,
      intents: [{ intent_id: "a", args: { x: 1 } }],
      results: [{ intent_id: "a", result: { y: 1 } }],
    };
    expect((await record(input)).recorded.warnings).toEqual([]);
  });
  test("a thousand of a kind: twenty, and how many more", async () => {
    const intents = Array.from({ length: 1000 }, () => ({ intent_id: "a", args_digest: DIGEST }));
    const { warnings } = (await record({ run: RUN, intents })).recorded;
    expect(warnings).toHaveLength(21);
    expect(warnings[20]).toBe("979 more: a repeated intent_id");
  });
});

describe("what the input does not say of its program and machine", () => {
  test("is recorded as usual, and named", async () => {
    expect((await record({ run: RUN })).recorded.assumed).toEqual([
      "run.env leaves out what is recorded by default: os linux, arch amd64, runtime go (to be stated with --env-os, --env-arch, --env-runtime)",
      "run.producer_version is not stated; recorded as 0.0.0-dev",
    ]);
  });
  test("can be said beside it", async () => {
    const env = { os: "darwin", arch: "arm64", runtime: "python3.13" };
    const { run, recorded } = await record({ run: { ...RUN, producer_version: "p", env: { os: "linux" } } }, { env });
    expect([run["env"], recorded.assumed]).toEqual([env, []]);
  });
  test("in part", async () => {
    const { recorded } = await record({ run: { ...RUN, producer_version: "p", env: { os: "x", arch: "y" } } });
    expect(recorded.assumed).toEqual([
      "run.env leaves out what is recorded by default: runtime go (to be stated with --env-runtime)",
    ]);
  });
});
