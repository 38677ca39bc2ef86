/** A runpack is read once to verify and measure it, once to copy it, and the finished pack once. Each is counted. */
import { describe, expect, test } from "bun:test";
import { type ByteSource, bytesSource } from "../../../src/core/bytes/source.ts";
import { buildRunPack } from "../../../src/core/pack/build-pack.ts";
import { measuredSource } from "../../../src/core/pack/measured-source.ts";
import { RUN_SOURCE } from "../../../src/core/pack/run-payload.ts";
import type { RunpackReport } from "../../../src/core/run/verify-runpack.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { type VerifyOptions, verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { byteSink, consistentPack, membersOf, PRODUCER_VERSION, packOf, runpackOf } from "../artifacts.ts";

const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };
const BUILD = { platform: hostPlatform, producerVersion: PRODUCER_VERSION };
/** 320 bytes that can't be deflated, as hex digits. */
const noise = (seed: number): string =>
  Array.from({ length: 10 }, (_, at) => sha256Hex(hostPlatform, new TextEncoder().encode(`${seed} ${at}`))).join("");

/** Its large entries have over 1 MiB of deflate data: smaller ones are read again to find stray bits. */
async function largeRunpack(runId: string): Promise<Uint8Array> {
  const calls = Array.from({ length: 8000 }, (_, at) => `call_${at}`);
  const { bytes } = await runpackOf(
    {
      run: { run_id: runId, created_at: "2026-01-01T00:00:00Z" },
      intents: calls.map((intent_id, at) => ({ intent_id, tool_name: "t", args: { x: noise(at) } })),
      results: calls.map((intent_id, at) => ({ intent_id, status: "ok", result: { x: noise(-at) } })),
    },
    { captureMode: "raw" },
  );
  return bytes;
}

const RUNPACK = await largeRunpack("run_large");

function counting(bytes: Uint8Array): { source: ByteSource; times(): number } {
  let read = 0;
  return {
    source: {
      size: bytes.length,
      read(offset, length) {
        read += length;
        return bytes.subarray(offset, offset + length);
      },
    },
    times: () => read / bytes.length,
  };
}

async function verifiedAndMeasured(source: ByteSource) {
  const measured = measuredSource(source, hostPlatform);
  const verified = await verifyArtifact(measured.source, UNKEYED);
  if (verified.format !== "runpack") throw new Error("this is not a runpack");
  return { runpack: verified.runpack, known: await measured.measurements() };
}

/** Verifies a pack, given the known `report` of the runpack with these bytes. */
async function verifiedKnowing(pack: Uint8Array, runpack: Uint8Array, report: RunpackReport) {
  const { source, times } = counting(pack);
  const knownRunpack = { sha256: sha256Hex(hostPlatform, runpack), report };
  const { verdict, findings } = await verifyArtifact(source, { ...UNKEYED, knownRunpack });
  return { verdict, codes: findings.map(({ code }) => code), times: times() };
}

test("the runpack is large enough to be counted", () => {
  expect(RUNPACK.length).toBeGreaterThan(2 * 2 * 1024 * 1024);
});

test("it is verified and measured in one reading, and copied in another", async () => {
  const { source, times } = counting(RUNPACK);
  const { runpack, known } = await verifiedAndMeasured(source);
  expect(runpack.findings).toEqual([]);
  expect(known).toEqual({
    size: RUNPACK.length,
    crc32: hostPlatform.crc32(RUNPACK, 0),
    sha256: sha256Hex(hostPlatform, RUNPACK),
    isVerified: true,
  });
  expect(times()).toBeLessThan(1.05);

  const copied = counting(RUNPACK);
  const sink = byteSink();
  await buildRunPack(copied.source, runpack, sink, BUILD, known);
  expect(copied.times()).toBe(1);
  expect(sink.bytes()).toEqual((await packOf(RUNPACK)).bytes);
});

describe("a runpack that changes after it was verified", () => {
  for (const [what, at] of [
    ["in its first record", 11],
    ["in its data", RUNPACK.length >> 1],
    ["in its end record", RUNPACK.length - 1],
  ] as const) {
    test(`is refused: ${what}`, async () => {
      const { runpack, known } = await verifiedAndMeasured(bytesSource(RUNPACK));
      const changed = RUNPACK.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const built = buildRunPack(bytesSource(changed), runpack, byteSink(), BUILD, known);
      expect(await built.catch((error: unknown) => error)).toHaveProperty("code", "input_changed");
    });
  }
});

describe("the finished pack", () => {
  test("is read once: its runpack is recognized by SHA-256", async () => {
    const { runpack } = await verifiedAndMeasured(bytesSource(RUNPACK));
    const { bytes: pack } = await packOf(RUNPACK);
    const { verdict, times } = await verifiedKnowing(pack, RUNPACK, runpack);
    expect(verdict).toBe("intact");
    expect(times).toBeLessThan(1.05);
  });

  test("is verified as a whole when its runpack differs", async () => {
    const { runpack } = await verifiedAndMeasured(bytesSource(RUNPACK));
    const { bytes: pack } = await packOf(await largeRunpack("run_other"));
    const { verdict, times } = await verifiedKnowing(pack, RUNPACK, runpack);
    expect(verdict).toBe("intact");
    expect(times).toBeGreaterThan(1.9);
  });

  test("fails when its payload contradicts the known runpack", async () => {
    const { runpack } = await verifiedAndMeasured(bytesSource(RUNPACK));
    const { bytes: other } = await packOf(await largeRunpack("run_other"));
    const members = [...(await membersOf(other))].map(([path, content]) => ({
      path,
      content: path === RUN_SOURCE ? RUNPACK : content,
    }));
    const pack = await consistentPack(
      members.filter(({ path }) => path !== "pack_manifest.json"),
      "run_large",
    );
    expect((await verifiedKnowing(pack, RUNPACK, runpack)).codes).toContain("payload_mismatch");
  });

  test("fails when its runpack differs from the known one by a byte", async () => {
    const { runpack } = await verifiedAndMeasured(bytesSource(RUNPACK));
    const { bytes: pack } = await packOf(RUNPACK);
    pack[pack.length >> 1] = (pack[pack.length >> 1] ?? 0) ^ 1;
    expect((await verifiedKnowing(pack, RUNPACK, runpack)).verdict).toBe("failed");
  });
});
