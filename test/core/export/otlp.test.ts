/** `gait pack export --to otlp` (contract 7.5): requests of OTLP by OpenTelemetry's own proto, with times and outcomes of the record. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFileRegistry, fromBinary, fromJson, type JsonValue as ProtoJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { withExportedPack } from "../../../src/core/export/exported-pack.ts";
import { otlpExport } from "../../../src/core/export/otlp.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { OTLP_DESCRIPTORS } from "../../../src/host/capture/otlp/descriptors.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { LATER } from "../../go-vectors.ts";
import { runpackOf } from "../artifacts.ts";

const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, Buffer.from(OTLP_DESCRIPTORS.join(""), "base64")),
);
const REQUEST = registry.getMessage("opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest");

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly status?: { readonly code: number };
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

async function exported(bytes: Uint8Array, location = "a.zip"): Promise<string> {
  const options = { platform: hostPlatform, keys: [], requireSignature: false };
  const verified = await verifyArtifact(bytesSource(bytes), options);
  let text = "";
  await withExportedPack(verified, { location, platform: hostPlatform }, async (pack) => {
    for await (const piece of otlpExport(hostPlatform).pack(pack)) text += piece;
  });
  verified.dispose();
  return text;
}

/** Refuses a member that the proto does not have, and a value of another type. Ids are hex in OTLP JSON, base64 in protobuf's. */
function decoded(line: string): Span[] {
  const value = JSON.parse(line, (name, member) =>
    /^(traceId|spanId|parentSpanId)$/.test(name) ? Buffer.from(member as string, "hex").toString("base64") : member,
  ) as ProtoJson;
  if (REQUEST === undefined) throw new Error("no descriptor");
  fromJson(REQUEST, value);
  type Request = { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
  return (JSON.parse(line) as Request).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans),
  );
}

async function spansOf(bytes: Uint8Array): Promise<Span[]> {
  const lines = (await exported(bytes)).split("\n");
  expect(lines.pop()).toBe("");
  return lines.flatMap(decoded);
}

function attribute(span: Span | undefined, key: string): string | undefined {
  return span?.attributes.find((each) => each.key === key)?.value.stringValue;
}

async function recorded(intents: JsonObject[], results: JsonObject[]): Promise<Uint8Array> {
  const run = { run_id: "r", created_at: "2026-01-01T00:00:00Z", env: { os: "linux", arch: "arm64", runtime: "a/1" } };
  return (await runpackOf({ run, intents, results }, { captureMode: "raw" })).bytes;
}

describe("each artifact gives requests that OpenTelemetry's proto takes", () => {
  for (const file of [
    ...["context/pack_alpha.zip", "context/pack_alpha_signed.zip", "jobs/pack_job_decision.zip", "call/pack_call.zip"],
    ...["authorization/pack_auth.zip", "proof/runpack_run_delta.zip", "export/pack_metrics.zip", "export/bad_pack.zip"],
  ]) {
    test(file, async () => {
      const spans = await spansOf(new Uint8Array(readFileSync(join(LATER, file))));
      const [pack, ...calls] = spans;
      for (const span of spans) {
        expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
      }
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
      expect(pack?.parentSpanId).toBeUndefined();
      for (const call of calls) expect([call.traceId, call.parentSpanId]).toEqual([pack?.traceId ?? "", pack?.spanId]);
      expect(pack?.status?.code).toBe(file.includes("bad") ? 2 : undefined);
    });
  }

  test("a decoder that takes anything would not do: it refuses what is not in the proto", async () => {
    const line = (await exported(await recorded([], []))).trim();
    expect(() => decoded(line.replace('"kind":1', '"kindness":1'))).toThrow();
    expect(() => decoded(line.replace('"kind":1', '"kind":"x"'))).toThrow();
  });
});

test("the same pack gives the same bytes, wherever it lies", async () => {
  const bytes = await recorded([{ intent_id: "a", tool_name: "t" }], []);
  expect(await exported(bytes, "x.zip")).toBe(await exported(bytes.slice(), "y.zip"));
});

test("a call has the words of the conventions, its payloads as they are in the evidence, and its outcome", async () => {
  const bytes = await recorded(
    [
      { intent_id: "a", tool_name: "fs.read", args: { b: 1, a: "é\u0000" } },
      { intent_id: "b", tool_name: "x" },
      { intent_id: "c", tool_name: "x" },
      { intent_id: "d", tool_name: "x" },
    ],
    [
      { intent_id: "a", status: "ok", result: { n: 9007199254740991 } },
      { intent_id: "b", status: "timeout" },
      { intent_id: "c", status: "completed" },
    ],
  );
  const [agent, a, b, c, d] = await spansOf(bytes);
  expect([agent?.name, attribute(agent, "gen_ai.operation.name")]).toEqual(["invoke_agent", "invoke_agent"]);
  expect([a?.name, attribute(a, "gen_ai.operation.name")]).toEqual(["execute_tool fs.read", "execute_tool"]);
  expect(attribute(a, "gen_ai.tool.name")).toBe("fs.read");
  expect(attribute(a, "gen_ai.tool.call.id")).toBe("a");
  expect(attribute(a, "gen_ai.tool.call.arguments")).toBe('{"a":"é\\u0000","b":1}');
  expect(attribute(a, "gen_ai.tool.call.result")).toBe('{"n":9007199254740991}');
  expect([a, b, c, d].map((span) => span?.status?.code)).toEqual([1, 2, undefined, undefined]);
  expect([a, b, c, d].map((span) => attribute(span, "error.type"))).toEqual([
    undefined,
    "timeout",
    undefined,
    undefined,
  ]);
  expect(attribute(d, "gait.call.outcome")).toBe("open");
});

describe("times", () => {
  const ZERO = "0001-01-01T00:00:00Z";
  const TIME = "2026-01-01T00:00:00.123456789Z";
  const NANOSECONDS = "1767225600123456789";
  for (const [what, start, end, told] of [
    ["both known", TIME, "2026-01-01T01:00:01.5+01:00", [NANOSECONDS, "1767225601500000000"]],
    ["a result before 1970", TIME, "1969-12-31T23:59:59Z", [NANOSECONDS, undefined]],
    ["a call after the year 2554, which 64 bits don't hold", "2600-01-01T00:00:00Z", TIME, [undefined, NANOSECONDS]],
    ["the last that they hold", "2554-07-21T23:34:32Z", TIME, ["18446744072000000000", NANOSECONDS]],
  ] as const) {
    test(`${what}: only what the record has, to the nanosecond`, async () => {
      const bytes = await recorded(
        [{ intent_id: "a", tool_name: "t", created_at: start }],
        [{ intent_id: "a", status: "ok", created_at: end }],
      );
      const [, span] = await spansOf(bytes);
      expect([span?.startTimeUnixNano, span?.endTimeUnixNano]).toEqual([...told]);
    });
  }

  test("a call without a result has no end, and a run of no known time has none at all", async () => {
    const intents = [{ intent_id: "a", tool_name: "t" }];
    const { bytes } = await runpackOf({ run: { run_id: "r", created_at: ZERO }, intents }, { now: () => ZERO });
    const spans = await spansOf(bytes);
    expect(spans.flatMap((span) => [span.startTimeUnixNano, span.endTimeUnixNano])).toEqual([
      ...[undefined, undefined, undefined, undefined],
    ]);
  });
});

test("1,500 calls are three requests of at most 512 spans, and a large one ends a request early", async () => {
  const intents = Array.from({ length: 1500 }, (_, index) => ({ intent_id: `c${index}`, tool_name: "t" }));
  const lines = (await exported(await recorded(intents, []))).trimEnd().split("\n");
  expect(lines.map((line) => decoded(line).length)).toEqual([512, 512, 477]);
  const large = ["x", "y", "z"].map((id) => ({ intent_id: id, tool_name: "t", args: { a: id.repeat(700_000) } }));
  const few = (await exported(await recorded(large, []))).trimEnd().split("\n");
  expect(few.map((line) => decoded(line).length)).toEqual([3, 1]);
});
