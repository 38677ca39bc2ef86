/**
 * Evidence that changes between two readings, with its times set back or not: commands describe the verified bytes, or
 * nothing (`input_changed`).
 */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { accountOf } from "../../../src/core/account/account.ts";
import { callRecord } from "../../../src/core/account/call.ts";
import { RunRecords } from "../../../src/core/account/run-records.ts";
import { digestingSource } from "../../../src/core/bytes/digesting-source.ts";
import type { ByteSource } from "../../../src/core/bytes/source.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { differenceBetween } from "../../../src/core/diff/difference.ts";
import { buildEvidencePack } from "../../../src/core/evidence/build-evidence-pack.ts";
import { NO_EVIDENCE } from "../../../src/core/evidence/input.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import { buildJobPack } from "../../../src/core/pack/build-pack.ts";
import { runpackOf as runpackReportOf, type Verified } from "../../../src/core/verify/verified.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { readLayout, type ZipEntry } from "../../../src/core/zip/layout.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { Account } from "../../../src/schema/account/account.ts";
import { type Members, readMembers, writeMembers } from "../../fuzz/sealing.ts";
import { byteSink, packOf, runpackOf, testSigner } from "../artifacts.ts";
import { vector } from "../job/fixture.ts";

const signer = await testSigner();
const OPTIONS = { platform, keys: [signer.publicKey], requireSignature: false };

/** A file that is replaced by another of the same size, and back. */
class ChangingSource implements ByteSource {
  readonly size: number;
  reads = 0;
  bytesRead = 0;
  #bytes: Uint8Array;
  readonly #before: (read: number) => Uint8Array | undefined;

  constructor(bytes: Uint8Array, before: (read: number) => Uint8Array | undefined = () => undefined) {
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#before = before;
  }

  become(bytes: Uint8Array): void {
    expect(bytes.length).toBe(this.size);
    this.#bytes = bytes;
  }

  read(offset: number, length: number): Uint8Array {
    this.#bytes = this.#before(this.reads) ?? this.#bytes;
    this.reads += 1;
    this.bytesRead += length;
    return this.#bytes.slice(offset, offset + length);
  }
}

function input(calls: number, word: string) {
  const pad = "x".repeat(100);
  const ids = Array.from({ length: calls }, (_, at) => `call_${at}`);
  return {
    run: { run_id: "run_changing", created_at: "2026-01-01T00:00:00Z" },
    intents: ids.map((intent_id) => ({ intent_id, tool_name: "t", args: { pad } })),
    results: ids.map((intent_id) => ({ intent_id, status: "failed", result: { word } })),
  };
}

interface Case {
  readonly original: Uint8Array;
  /** With different bytes in `results.jsonl`, and nothing else. */
  readonly overwritten: Uint8Array;
  /** The same, with the CRC-32 in both headers adjusted. */
  readonly rewritten: Uint8Array;
}

/** Stored members, so that content can be changed in place. */
async function storedRunpack(calls: number, word = "failed"): Promise<Case> {
  const members = readMembers((await runpackOf(input(calls, word), { captureMode: "raw" })).bytes) as Members;
  const original = writeMembers(members, () => "stored");
  const overwritten = replaced(original, `"status":"failed"`, `"status":"passed"`);
  const changed: Members = members.map(([name, content]) => [
    name,
    name === "results.jsonl" ? replaced(content, `"status":"failed"`, `"status":"passed"`) : content,
  ]);
  return { original, overwritten, rewritten: writeMembers(changed, () => "stored") };
}

async function signedPack(runpack: Case): Promise<Case> {
  const { bytes: original } = await packOf(runpack.original, signer);
  const at = Buffer.from(original).indexOf(runpack.original);
  const around = (inner: Uint8Array): Uint8Array =>
    new Uint8Array(Buffer.concat([original.subarray(0, at), inner, original.subarray(at + inner.length)]));
  return { original, overwritten: around(runpack.overwritten), rewritten: around(runpack.rewritten) };
}

function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const changed = Buffer.from(bytes);
  for (let at = changed.indexOf(from); at >= 0; at = changed.indexOf(from, at)) changed.write(to, at, "latin1");
  return new Uint8Array(changed);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function seen(source: ByteSource): Promise<{ verified: Verified; records: RunRecords }> {
  const records = new RunRecords();
  return { verified: await verifyArtifact(source, { ...OPTIONS, visitors: records.visitors }), records };
}

async function accountOfAll(source: ByteSource): Promise<Account> {
  const { verified, records } = await seen(source);
  return accountOf(verified, records);
}

const refused = expect.objectContaining({ code: "input_changed" });

/** Too many to be held in memory from the first reading. */
const CALLS = 500;
const LARGE = await storedRunpack(CALLS);
const SMALL = await storedRunpack(20);
const CASES: Readonly<Record<string, Case>> = {
  "a runpack": LARGE,
  "a run pack": await signedPack(LARGE),
  "a small run pack": await signedPack(SMALL),
};

describe("after the verdict", () => {
  for (const [name, { original, overwritten, rewritten }] of Object.entries(CASES)) {
    for (const [how, changed] of [
      ["content overwritten", overwritten],
      ["content and checksums overwritten", rewritten],
    ] as const) {
      test(`inspect of ${name}, ${how}: the account describes the verified bytes`, async () => {
        const source = new ChangingSource(original);
        const { verified, records } = await seen(source);
        source.become(changed);
        const account = await accountOf(verified, records);
        expect(account).toEqual(await accountOfAll(bytesSource(original)));
        expect(account.run?.totals.failed).toBe(account.run?.totals.calls as number);
      });

      test(`an account that reads ${name} again, ${how}: refused`, async () => {
        const source = new ChangingSource(original);
        const verified = await verifyArtifact(source, OPTIONS);
        source.become(changed);
        const account = accountOf(verified);
        // A small runpack is still in memory from hashing.
        if (name === "a small run pack") expect(await account).toEqual(await accountOfAll(bytesSource(original)));
        else await expect(account).rejects.toEqual(refused);
      });

      test(`inspect --intent of ${name}, ${how}: refused`, async () => {
        const source = new ChangingSource(original);
        const { verified, records } = await seen(source);
        const account = await accountOf(verified, records);
        source.become(changed);
        const call = callRecord(verified, account, "call_3");
        if (name === "a small run pack") expect((await call)?.results[0]?.["status"]).toBe("failed");
        else await expect(call).rejects.toEqual(refused);
      });

      test(`report on ${name}, ${how}: the file's digest is that of the verified bytes`, async () => {
        const file = new ChangingSource(original);
        const source = digestingSource(file, platform.sha256());
        await seen(source);
        file.become(changed);
        expect(await source.digest()).toBe(sha256(original));
      });

      test(`guard pack of ${name}, ${how}: the evidence pack holds the verified bytes`, async () => {
        const source = new ChangingSource(original);
        const pack = async (verified: Verified): Promise<Uint8Array> => {
          const report = runpackReportOf(verified);
          const sink = byteSink();
          if (report === undefined) throw new Error("no runpack");
          await buildEvidencePack(report, NO_EVIDENCE, sink, { platform, producerVersion: "0", template: "soc2" });
          return sink.bytes();
        };
        const expected = await pack(await verifyArtifact(bytesSource(original), OPTIONS));
        const verified = await verifyArtifact(source, OPTIONS);
        source.become(changed);
        expect(await pack(verified)).toEqual(expected);
      });
    }
  }

  test("diff of payloads: refused, whichever side changed", async () => {
    const { original, overwritten } = await storedRunpack(CALLS);
    const other = (await storedRunpack(CALLS, "others")).original;
    for (const changes of ["left", "right"] as const) {
      const source = new ChangingSource(original);
      const side = async (of: ByteSource) => {
        const { verified, records } = await seen(of);
        return { verified, account: await accountOf(verified, records) };
      };
      const [left, right] = [await side(source), await side(bytesSource(other))];
      source.become(overwritten);
      const difference = changes === "left" ? differenceBetween(left, right) : differenceBetween(right, left);
      await expect(difference).rejects.toEqual(refused);
    }
  });

  test("the log of a job: refused", async () => {
    const { events, state } = vector("job_resumed");
    const sink = byteSink();
    await buildJobPack(state, events, sink, { platform, producerVersion: "0" });
    const stored = writeMembers(readMembers(sink.bytes()) as Members, () => "stored");
    const source = new ChangingSource(stored);
    const verified = await verifyArtifact(source, OPTIONS);
    expect(verified.verdict).toBe("intact");
    source.become(replaced(stored, `"type":"resumed"`, `"type":"resumeD"`));
    await expect(accountOf(verified)).rejects.toEqual(refused);
  });
});

describe("failed evidence that is shown with --force", () => {
  /** One byte of the content differs from the declared one. */
  function broken(bytes: Uint8Array): Uint8Array {
    return replaced(bytes, `"intent_id":"call_7",`, `"intent_id":"call_X",`);
  }

  for (const [name, { original }] of Object.entries(CASES)) {
    const judged = broken(original);
    test(`${name}: as verified`, async () => {
      const source = new ChangingSource(judged);
      const { verified, records } = await seen(source);
      expect(verified.verdict).toBe("failed");
      const account = await accountOf(verified, records);
      expect(account.run?.calls.some(({ intent_id }) => intent_id === "call_X")).toBe(true);
    });

    test(`${name}, changed since: refused, or as verified`, async () => {
      const source = new ChangingSource(judged);
      const { verified, records } = await seen(source);
      source.become(replaced(judged, `"status":"failed"`, `"status":"passed"`));
      const account = accountOf(verified, records);
      if (name === "a runpack") expect((await account).run?.totals.failed).toBe(CALLS);
      else await expect(account).rejects.toEqual(refused);
    });
  }

  test("data that does not inflate gives the same result each time, and is refused once changed", async () => {
    const sound = writeMembers(readMembers(LARGE.original) as Members);
    const layout = await readLayout(bytesSource(sound));
    const { dataOffset, compressedSize } = layout.entries.find(({ name }) => name === "results.jsonl") as ZipEntry;
    // Some changed bits make no difference; in most places they do.
    for (let at = dataOffset + (compressedSize >> 1); ; at += 1) {
      const judged = sound.slice();
      judged[at] = ~(judged[at] ?? 0);
      const source = new ChangingSource(judged);
      const verified = await verifyArtifact(source, OPTIONS);
      if (!verified.findings.some(({ code }) => code === "zip_deflate_invalid")) continue;
      const { run } = await accountOf(verified);
      expect(run?.calls.filter(({ outcome }) => outcome === "failed").length).toBeGreaterThan(0);
      const changed = judged.slice();
      changed[dataOffset + 200] = ~(changed[dataOffset + 200] ?? 0);
      source.become(changed);
      await expect(accountOf(verified)).rejects.toEqual(refused);
      return;
    }
  });
});

describe("while it is verified", () => {
  for (const [name, { original, overwritten, rewritten }] of Object.entries(CASES)) {
    test(`${name}: at whatever point it changes, and changes back, only signed bytes are believed`, async () => {
      const expected = await accountOfAll(bytesSource(original));
      const whole = new ChangingSource(original);
      await accountOfAll(digestingSource(whole, platform.sha256()));
      const moments = momentsOf(whole.reads);
      for (const changed of [overwritten, rewritten]) {
        for (const from of moments) {
          for (const to of [...moments.filter((at) => at > from), Number.POSITIVE_INFINITY]) {
            const file = new ChangingSource(original, (read) => {
              if (read === from) return changed;
              return read === to ? original : undefined;
            });
            const source = digestingSource(file, platform.sha256());
            try {
              const account = await accountOfAll(source);
              const digest = await source.digest();
              if (account.verdict !== "failed") expect([account, digest]).toEqual([expected, sha256(original)]);
            } catch (error) {
              if (!(error instanceof GaitError)) throw error;
              expect(["input_changed", "not_an_archive"]).toContain(error.code);
            }
          }
        }
      }
    });
  }
});

/** All if few; else those at the start and the end, and some between. */
function momentsOf(reads: number): number[] {
  const all = Array.from({ length: reads }, (_, at) => at);
  return all.filter((at) => at < 8 || at > reads - 8 || at % Math.ceil(reads / 12) === 0);
}
