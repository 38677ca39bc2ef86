/** Packs and runpacks that are consistent, but contradict their evidence or schema. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { canonicalBytes } from "../../../src/core/json/jcs.ts";
import type { PublicKey } from "../../../src/core/signature/signature.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import {
  consistentPack,
  consistentRunpack,
  documentOf,
  EXAMPLE_INPUT,
  membersOf,
  packOf,
  runpackOf,
} from "../artifacts.ts";

async function verdictOf(bytes: Uint8Array, keys: readonly PublicKey[] = []) {
  const { verdict, findings } = await verifyArtifact(bytesSource(bytes), {
    platform: hostPlatform,
    keys,
    requireSignature: false,
  });
  return { verdict, codes: findings.map(({ code }) => code), paths: findings.map(({ path }) => path) };
}

const RUNPACK = (await runpackOf(EXAMPLE_INPUT, { captureMode: "raw" })).bytes;
const PACK = (await packOf(RUNPACK)).bytes;
const encode = (text: string) => new TextEncoder().encode(text);

type Change = (document: JsonObject) => JsonValue;

/** A pack whose ids and hashes agree with a payload or source that is wrong. */
async function packWith(change: {
  payload?: Change;
  source?: Uint8Array;
  more?: [string, Uint8Array][];
  sourceRef?: string;
}): Promise<Uint8Array> {
  const members = await membersOf(PACK);
  const payload = documentOf(members, "run_payload.json");
  return consistentPack(
    [
      ...(change.more ?? []).map(([path, content]) => ({ path, content })),
      { path: "run_payload.json", content: canonicalBytes(change.payload?.(payload) ?? payload) },
      { path: "source/runpack.zip", content: change.source ?? members.get("source/runpack.zip") ?? new Uint8Array(0) },
    ],
    change.sourceRef ?? "run_fix_rounding",
  );
}

describe("a consistent pack that contradicts its evidence", () => {
  const PAYLOADS: readonly (readonly [string, Change, FindingCode])[] = [
    ["another run", (payload) => ({ ...payload, run_id: "other" }), "payload_mismatch"],
    ["another time", (payload) => ({ ...payload, created_at: "2026-11-20T09:00:01Z" }), "payload_mismatch"],
    ["the zero time", (payload) => ({ ...payload, created_at: "0001-01-01T00:00:00Z" }), "payload_mismatch"],
    ["a different capture mode", (payload) => ({ ...payload, capture_mode: "reference" }), "payload_mismatch"],
    ["a different manifest digest", (payload) => ({ ...payload, manifest_digest: "0".repeat(64) }), "payload_mismatch"],
    ["one intent fewer", (payload) => ({ ...payload, intents_count: 5 }), "payload_mismatch"],
    ["one result more", (payload) => ({ ...payload, results_count: 7 }), "payload_mismatch"],
    ["a different count of references", (payload) => ({ ...payload, refs_count: 0 }), "payload_mismatch"],
    ["a count that is not a number", (payload) => ({ ...payload, refs_count: "2" }), "schema_invalid"],
    ["a negative count", (payload) => ({ ...payload, refs_count: -1 }), "schema_invalid"],
    ["an unknown member", (payload) => ({ ...payload, approved: true }), "schema_invalid"],
    [
      "context that is not in the receipts",
      (payload) => ({ ...payload, context_set_digest: "0".repeat(64) }),
      "context_mismatch",
    ],
    [
      "a different number of context references",
      (payload) => ({ ...payload, context_ref_count: 7 }),
      "context_mismatch",
    ],
    ["a different privacy mode", (payload) => ({ ...payload, context_privacy_mode: "raw" }), "context_mismatch"],
  ];
  test("unchanged, it is intact", async () => {
    expect(await verdictOf(await packWith({}))).toMatchObject({ verdict: "intact", codes: [] });
  });
  for (const [name, change, code] of PAYLOADS) {
    test(`payload: ${name}`, async () => {
      const { verdict, codes } = await verdictOf(await packWith({ payload: change }));
      expect(verdict).toBe("failed");
      expect(new Set(codes)).toEqual(new Set([code]));
    });
  }

  const TEXTS: readonly (readonly [string, string, FindingCode])[] = [
    ["a name twice", '{"run_id":"a","run_id":"b"}', "json_duplicate_name"],
    ["a name twice, once escaped", '{"run_id":"a","run_\\u0069d":"b"}', "json_duplicate_name"],
    ["two documents", "{}{}", "json_invalid"],
    ["a byte order mark", "\ufeff{}", "json_encoding_invalid"],
    ["a lossy number", '{"refs_count":12345678901234567890}', "json_number_lossy"],
    ["nested past the limit", `${"[".repeat(600)}${"]".repeat(600)}`, "json_too_deep"],
    ["another spelling of a name", '{"Run_ID":"run_fix_rounding"}', "schema_invalid"],
    ["a member of the prototype", '{"__proto__":{}}', "schema_invalid"],
  ];
  for (const [name, text, code] of TEXTS) {
    test(`payload text: ${name}`, async () => {
      const members = await membersOf(PACK);
      const bytes = await consistentPack(
        [
          { path: "run_payload.json", content: encode(text) },
          { path: "source/runpack.zip", content: members.get("source/runpack.zip") ?? encode("") },
        ],
        "run_fix_rounding",
      );
      expect((await verdictOf(bytes)).codes).toContain(code);
    });
  }

  test("source_ref of another run", async () => {
    expect((await verdictOf(await packWith({ sourceRef: "other" }))).codes).toEqual(["payload_mismatch"]);
  });
  test("the runpack of another run", async () => {
    const { bytes: source } = await runpackOf({ run: { run_id: "other" } });
    expect(new Set((await verdictOf(await packWith({ source }))).codes)).toEqual(new Set(["payload_mismatch"]));
  });
  test("a source that is not an archive", async () => {
    expect(await verdictOf(await packWith({ source: encode("no archive") }))).toMatchObject({
      codes: ["source_invalid"],
    });
  });
  test("a source that is a pack", async () => {
    const verdict = await verdictOf(await packWith({ source: PACK }));
    expect(verdict).toMatchObject({ codes: ["manifest_missing"], paths: ["source/runpack.zip"] });
  });
  test("a truncated source", async () => {
    expect((await verdictOf(await packWith({ source: RUNPACK.slice(0, -30) }))).codes[0]).toStartWith("zip_");
  });
  test("an extra declared file is allowed", async () => {
    expect(await verdictOf(await packWith({ more: [["notes.txt", encode("seen")]] }))).toMatchObject({
      verdict: "intact",
    });
  });
});

describe("a consistent runpack that contradicts its schema", () => {
  async function runpackWith(path: string, change: (text: string) => string): Promise<Uint8Array> {
    const members = await membersOf(RUNPACK);
    members.set(path, encode(change(new TextDecoder().decode(members.get(path)))));
    return consistentRunpack(members);
  }
  test("unchanged, it is the same", async () => {
    expect(await runpackWith("run.json", (text) => text)).toEqual(RUNPACK);
  });

  const CASES: readonly (readonly [string, string, (text: string) => string, FindingCode])[] = [
    ["a record that is not JSON", "intents.jsonl", (text) => text.replace("{", "["), "json_invalid"],
    [
      "a record with a name twice",
      "intents.jsonl",
      (text) => text.replace('{"args"', '{"args":{},"args"'),
      "json_duplicate_name",
    ],
    [
      "a name twice deep inside",
      "results.jsonl",
      (text) => text.replace('"bytes":2817', '"bytes":2817,"bytes":1'),
      "json_duplicate_name",
    ],
    [
      "a lossy number in args",
      "intents.jsonl",
      (text) => text.replace('"timeout_seconds":300', '"timeout_seconds":0.1000000000000000000001'),
      "json_number_lossy",
    ],
    [
      "a record with the wrong schema",
      "results.jsonl",
      (text) => text.replace("gait.runpack.result", "gait.runpack.intent"),
      "record_invalid",
    ],
    [
      "a record with the wrong version",
      "intents.jsonl",
      (text) => text.replace('"schema_version":"1.0.0"', '"schema_version":"2.0.0"'),
      "record_invalid",
    ],
    [
      "the last record with the wrong schema",
      "results.jsonl",
      (text) => text.replace(/gait\.runpack\.result(?=[^\n]*\n$)/, "x"),
      "record_invalid",
    ],
    [
      "a record without tool_name",
      "intents.jsonl",
      (text) => text.replace(',"tool_name":"shell.exec"', ""),
      "record_invalid",
    ],
    [
      "args that are not an object",
      "intents.jsonl",
      (text) => text.replace('{"args":{', '{"args":[],"x":{'),
      "record_invalid",
    ],
    [
      "an invalid time",
      "intents.jsonl",
      (text) => text.replace("2026-11-20T09:00:19Z", "2026-13-20T09:00:19Z"),
      "record_invalid",
    ],
    ["a record that is a list", "intents.jsonl", (text) => `[]\n${text}`, "record_invalid"],
    [
      "bad UTF-8 by a lone surrogate",
      "intents.jsonl",
      (text) => text.replace('"fs.read"', '"\\ud800"'),
      "json_encoding_invalid",
    ],
    ["the run of another run", "run.json", (text) => text.replace("run_fix_rounding", "other"), "payload_mismatch"],
    ["a run without timeline", "run.json", (text) => text.replace(/,"timeline":.*/, "}"), "schema_invalid"],
    [
      "references that are not a list",
      "refs.json",
      (text) => text.replace(/"receipts":\[.*\]/, '"receipts":{}'),
      "schema_invalid",
    ],
    ["a run that is not JSON", "run.json", () => "", "json_invalid"],
  ];
  for (const [name, path, change, code] of CASES) {
    test(`${path}: ${name}`, async () => {
      const bytes = await runpackWith(path, change);
      expect(bytes).not.toEqual(RUNPACK);
      const verdict = await verdictOf(bytes);
      expect(verdict.codes).toEqual([code]);
      expect(verdict.paths[0]).toStartWith(path);
      // And inside a pack, with paths from the pack.
      const pack = await consistentPack([{ path: "source/runpack.zip", content: bytes }], "run_fix_rounding");
      const embedded = await verdictOf(pack);
      expect(embedded.codes).toContain(code);
      expect(embedded.paths.some((each) => each?.startsWith(`source/runpack.zip!/${path}`))).toBeTrue();
    });
  }

  test("blank lines are not records", async () => {
    expect(await verdictOf(await runpackWith("intents.jsonl", (text) => `\n \n${text}\n`))).toMatchObject({
      verdict: "intact",
    });
  });
  test("unknown members are allowed, and covered by the digest", async () => {
    const changed = await runpackWith("run.json", (text) => text.replace("{", '{"added":1,'));
    expect(await verdictOf(changed)).toMatchObject({ verdict: "intact" });
  });
});
