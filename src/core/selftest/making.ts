/** Makes the self-test's input the same way as its golden data: text, deflate streams, a pack. */

import { MemoryScratch } from "../bytes/scratch.ts";
import { bytesSource } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { Signer } from "../signature/signature.ts";
import type { Deflater } from "../zip/deflate.ts";
import { inPieces, utf8 } from "./check.ts";

/** Part of the golden manifest: this program's version must not change those bytes. */
export const PRODUCER_VERSION = "0.0.0-selftest";

/** The seed that signs the golden pack: from RFC 8032, so not a secret. */
export const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/** The record of the golden pack's run. */
export const RUN_INPUT = JSON.stringify({
  run: {
    run_id: "run_selftest",
    created_at: "2026-02-02T02:15:00.25+05:30",
    producer_version: "selftest",
    env: { os: "linux", arch: "amd64", runtime: "none" },
    timeline: [{ event: "start", ts: "2026-02-02T02:15:00.25+05:30" }],
  },
  intents: [
    { intent_id: "call_1", tool_name: "fs.read", args: { path: "grüße.txt", limit: 1e21, ratio: 0.1, "\u20ac": "😀" } },
    { intent_id: "call_2", tool_name: "shell.exec", args: { command: ["true"] } },
  ],
  results: [
    { intent_id: "call_1", status: "ok", result: { bytes: 9007199254740991 } },
    { intent_id: "call_2", status: "error", result: { exit: 1 } },
  ],
  refs: {},
  capture_mode: "raw",
});

const LONG_LINES = 6000;

/** 300 KB that exercise deflate: larger than its window, repetitive but never identical. */
export function longText(): Uint8Array {
  let state = 1;
  const lines: string[] = [];
  for (let line = 0; line < LONG_LINES; line += 1) {
    state = (state * 48_271) % 2_147_483_647;
    lines.push(`{"call":"call_${line}","digest":"${state.toString(16).padStart(8, "0")}","status":"ok"}\n`);
  }
  return utf8(lines.join(""));
}

/** The output of the packs' codec for `bytes`, in pieces whose sizes cycle through `sizes`. */
export async function deflated(
  { deflate }: Pick<Deflater, "deflate">,
  bytes: Uint8Array,
  ...sizes: readonly number[]
): Promise<Uint8Array> {
  const scratch = new MemoryScratch();
  async function* content(): AsyncGenerator<Uint8Array> {
    yield* inPieces(bytes, ...sizes);
  }
  const source = await deflate(content(), scratch);
  return (await source.read(0, source.size)).slice();
}

/** The golden runpack and pack, made from the input: with `signer`, or unsigned. */
export async function makePack(
  platform: Platform,
  signer: Signer | undefined,
): Promise<{ runpack: Uint8Array; pack: Uint8Array }> {
  // Loaded lazily: a verifier's known answers don't need the builders.
  const [{ recordRun }, { documentParts }, { buildRunPack }, { verifyRunpack }, { openArchive }] = await Promise.all([
    import("../run/record-run.ts"),
    import("../run/input-document.ts"),
    import("../pack/build-pack.ts"),
    import("../run/verify-runpack.ts"),
    import("../zip/reader.ts"),
  ]);
  const runpack = collector();
  await recordRun(documentParts(utf8(RUN_INPUT)), runpack, {
    platform,
    now: () => "2026-01-01T00:00:00Z",
    machine: { os: "linux", arch: "amd64" },
  });
  const source = bytesSource(runpack.bytes());
  const report = await verifyRunpack(await openArchive(source, platform), { keys: [], platform });
  const pack = collector();
  await buildRunPack(source, report, pack, { platform, producerVersion: PRODUCER_VERSION, signer });
  return { runpack: runpack.bytes(), pack: pack.bytes() };
}

function collector(): { write(bytes: Uint8Array): void; bytes(): Uint8Array } {
  const parts: Uint8Array[] = [];
  return {
    write: (bytes) => void parts.push(bytes.slice()),
    bytes() {
      const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(part, at);
        at += part.length;
      }
      return whole;
    },
  };
}
