/** How often the evidence is read: once for its hash and, for a runpack in a pack, once for its contents. */
import { describe, expect, test } from "bun:test";
import { accountOf } from "../../../src/core/account/account.ts";
import { RunRecords } from "../../../src/core/account/run-records.ts";
import { digestingSource } from "../../../src/core/bytes/digesting-source.ts";
import { type ByteSource, bytesSource } from "../../../src/core/bytes/source.ts";
import { differenceBetween } from "../../../src/core/diff/difference.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { packOf, runpackOf } from "../artifacts.ts";

const UNKEYED = { platform, keys: [], requireSignature: false };

function counted(bytes: Uint8Array): ByteSource & { times(): number } {
  const source = bytesSource(bytes);
  let read = 0;
  return {
    size: source.size,
    read(offset, length) {
      read += length;
      return source.read(offset, length);
    },
    times: () => read / bytes.length,
  };
}

/** So many calls that the archive's own records don't matter. */
async function runpack(status: string): Promise<Uint8Array> {
  const pad = () => Array.from(crypto.getRandomValues(new Uint8Array(1000)), (byte) => byte.toString(16)).join("");
  const ids = Array.from({ length: 4000 }, (_, at) => `call_${at}`);
  const input = {
    run: { run_id: "run_counted" },
    intents: ids.map((intent_id) => ({ intent_id, tool_name: "t", args: { pad: pad() } })),
    results: ids.map((intent_id) => ({ intent_id, status, result: { pad: pad() } })),
  };
  return (await runpackOf(input, { captureMode: "raw" })).bytes;
}

const RUNPACK = await runpack("ok");
const PACK = (await packOf(RUNPACK)).bytes;
const OTHER = (await packOf(await runpack("error"))).bytes;

async function side(source: ByteSource) {
  const records = new RunRecords();
  const verified = await verifyArtifact(source, { ...UNKEYED, visitors: records.visitors });
  return { verified, account: await accountOf(verified, records) };
}

const OF_A_PACK = 2.05;
const OF_A_RUNPACK = 1.05;

describe.each([
  ["a run pack", PACK, OF_A_PACK],
  ["a runpack", RUNPACK, OF_A_RUNPACK],
] as const)("of %s is read", (_name, bytes, most) => {
  test(`by verify: ${most} times at most`, async () => {
    const source = counted(bytes);
    await verifyArtifact(source, UNKEYED);
    expect(source.times()).toBeLessThan(most);
    expect(source.times()).toBeGreaterThan(most - 0.1);
  });

  test("by inspect: no more than verify", async () => {
    const source = counted(bytes);
    const { account } = await side(source);
    expect(account.run?.totals.calls).toBe(4000);
    expect(source.times()).toBeLessThan(most);
  });

  test("by report, which also shows the file's digest: no more than verify", async () => {
    const file = counted(bytes);
    const source = digestingSource(file, platform.sha256());
    await side(source);
    expect(await source.digest()).toBe(new Bun.CryptoHasher("sha256").update(bytes).digest("hex"));
    expect(file.times()).toBeLessThan(most);
  });
});

test("by diff: per side no more than verify, and the entries once more where payloads differ", async () => {
  const [left, right, other] = [counted(PACK), counted(PACK), counted(OTHER)];
  const from = await side(left);
  await differenceBetween(from, await side(right));
  expect([left.times(), right.times()].every((times) => times < OF_A_PACK)).toBe(true);
  await differenceBetween(from, await side(other));
  expect([left.times(), other.times()].every((times) => times < OF_A_PACK + 1)).toBe(true);
});
