/** The hash chain of a log (contract 4.7): what it covers, shows and does not show. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { disagreementsWith } from "../../../src/core/job/log-agreement.ts";
import { LogChain, logDigestOf, withLink } from "../../../src/core/job/log-chain.ts";
import { checkLogSignature, linked } from "../../../src/core/job/log-signature.ts";
import { encodeJobEvent } from "../../../src/core/job/state.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { publicKeyOf } from "../../../src/core/signature/signature.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { createSigner, derivePublicKeyNative } from "../../../src/host/platform/ed25519-native.ts";
import type { JobEvent } from "../../../src/schema/document/job.ts";
import { JOB } from "./fixture.ts";

async function chained(events: readonly JobEvent[], unlinked: readonly number[] = []): Promise<JobEvent[]> {
  const chain = new LogChain(hostPlatform);
  const log: JobEvent[] = [];
  for (const event of events) {
    const next = unlinked.includes(event.revision) ? event : await linked(event, chain, undefined, hostPlatform);
    chain.add(next);
    log.push(next);
  }
  return log;
}

function problems(log: readonly JobEvent[]): { found: string[]; remarks: number[] } {
  const remarks: number[] = [];
  const findings = disagreementsWith(JOB.state, log, {
    hashing: hostPlatform,
    remark: (revision) => remarks.push(revision),
  });
  return { found: findings.map(({ message }) => message), remarks };
}

describe("log_sha256", () => {
  test("is the SHA-256 of all earlier lines and its own line without the digest", async () => {
    const log = await chained(JOB.events);
    for (const [index, event] of log.entries()) {
      const before = log.slice(0, index).map(encodeJobEvent).join("");
      const own = encodeJobEvent(JOB.events[index] as JobEvent);
      expect(logDigestOf(event)).toBe(createHash("sha256").update(`${before}${own}`).digest("hex"));
    }
  });

  test("is the same on every platform", () => {
    const chains = [hostPlatform, portablePlatform].map((platform) => new LogChain(platform));
    for (const event of JOB.events) {
      const [left, right] = chains.map((chain) => chain.digestOf(event));
      expect(left).toBe(right as string);
      for (const chain of chains) chain.add(event);
    }
  });

  test("of an untouched log is right, and an event without payload now has one", async () => {
    const log = await chained(JOB.events);
    expect(problems(log)).toEqual({ found: [], remarks: [] });
    expect(log[8]).toMatchObject({ type: "paused", payload: { log_sha256: expect.any(String) } });
  });

  for (const { revision } of JOB.events) {
    test(`names revision ${revision} if a word of that event was changed in both log and state`, async () => {
      const log = await chained(JOB.events);
      const other = log.map((event) => (event.revision === revision ? { ...event, actor: "mallory" } : event));
      const { found } = problems(other);
      expect(found.filter((message) => message.includes("log_sha256"))).toEqual([
        expect.stringContaining(`revision ${revision} (`),
      ]);
    });
  }

  test("covers what another program appended, once an event from this program follows", async () => {
    const log = await chained(JOB.events, [3, 4]);
    expect(problems(log)).toEqual({ found: [], remarks: [3] });
    const other = log.map((event) =>
      event.revision === 4 ? { ...event, created_at: "2026-03-01T10:00:03.5Z" } : event,
    );
    expect(problems(other).found.join("\n")).toContain("revision 5 (checkpoint_added) does not fit its log_sha256");
  });

  test("removed gets a remark: a log without it looks like the Go implementation's", async () => {
    const log = await chained(JOB.events);
    const without = log.map((event, index) => (index === 5 ? (JOB.events[index] as JobEvent) : event));
    expect(problems(without).remarks).toEqual([6]);
    expect(problems(without).found).toEqual([expect.stringContaining("revision 7 (resumed) does not fit")]);
    expect(problems(JOB.events)).toEqual({ found: [], remarks: [] });
  });

  test("that is not a digest does not fit", async () => {
    const log = await chained(JOB.events);
    for (const wrong of [7, null, "", "00"]) {
      const other = log.map((event, index) => (index === 10 ? withLink(event, { log_sha256: wrong }) : event));
      expect(problems(other).found).toEqual([expect.stringContaining("revision 11 (checkpoint_added) does not fit")]);
    }
  });

  test("has no key: recomputing it goes unnoticed", async () => {
    const forged = JOB.events.map((event) => (event.revision === 9 ? { ...event, actor: "mallory" } : event));
    expect(problems(await chained(forged))).toEqual({ found: [], remarks: [] });
  });
});

describe("log_signature", async () => {
  const seeds = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
  const signers = await Promise.all(seeds.map((seed) => createSigner(seed, hostPlatform)));
  const keys = await Promise.all(
    seeds.map(async (seed) => publicKeyOf(hostPlatform, await derivePublicKeyNative(seed))),
  );
  const [mine, other] = keys.map((key) => [key]);

  async function last(): Promise<JobEvent> {
    return linked(JOB.events[0] as JobEvent, new LogChain(hostPlatform), signers[0], hostPlatform);
  }

  test("verifies with the key of its writer", async () => {
    const event = await last();
    expect(logDigestOf(event)).toBe(new LogChain(hostPlatform).digestOf(JOB.events[0] as JobEvent));
    const check = (trusted = mine) => checkLogSignature(event, trusted ?? [], "events.jsonl", hostPlatform);
    expect(await check()).toEqual({ status: "verified", keyId: mine?.[0]?.id as string });
    expect(await check([])).toMatchObject({ status: "not_checked" });
    expect(await check(other)).toMatchObject({ status: "failed", finding: { code: "signature_invalid" } });
  });

  test("of another log, or a missing one, is a finding if a key is given", async () => {
    const event = await last();
    const check = (changed: JobEvent) => checkLogSignature(changed, mine ?? [], "events.jsonl", hostPlatform);
    expect(await check(withLink(event, { log_sha256: "0".repeat(64) }))).toMatchObject({
      finding: { code: "signature_invalid", path: "events.jsonl#revision 1" },
    });
    for (const wrong of [7, {}, [], null, "x"]) {
      expect((await check(withLink(event, { log_signature: wrong }))).status).toBe("failed");
    }
    expect(await check(JOB.events[0] as JobEvent)).toMatchObject({ finding: { code: "signature_missing" } });
  });
});
