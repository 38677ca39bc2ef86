/** `--format ndjson --account`: a receipt per pack, and nothing else changes. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { Compile } from "typebox/compile";
import { type PackReceipt, PackReceiptSchema } from "../../../src/schema/document/store/receipt.ts";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { trustPath } from "../../trust-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait } from "../gait.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const JOB = vectorPath("packs/pack_job_resumed_signed.zip");
const BAD = vectorPath("tampered/rp_hash_mismatch.zip");
const KEY = keyPath("test", "public");
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
});
afterAll(() => scene.remove());

interface Lines {
  readonly exit: number | null;
  readonly receipts: readonly PackReceipt[];
  readonly last: { readonly summary: object };
}

function lines(...args: string[]): Lines {
  const { exit, stdout } = gait([...args, "--format", "ndjson", "--account"], { cwd: scene.path });
  const all = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { exit, receipts: all.slice(0, -1), last: all.at(-1) };
}

const verify = (...args: string[]): Lines => lines("pack", "verify", ...args);
const trustIdOf = (...args: string[]): string | undefined => verify(ALPHA, ...args).receipts[0]?.trust_id;

describe("receipts", () => {
  test("have the file, the calls and the signer, and the summary is last", () => {
    const { exit, receipts, last } = verify(ALPHA, JOB, BAD);
    expect(exit).toBe(2);
    expect(last.summary).toMatchObject({ listed: 3, checked: 3, failed: 1 });
    expect(receipts.map((each) => Compile(PackReceiptSchema).Check(each))).toEqual([true, true, true]);
    const [run, job, bad] = receipts;
    expect(run).toMatchObject({
      ...{ schema_id: "gait.receipt", location: ALPHA, sha256: sha256(ALPHA), size: statSync(ALPHA).size },
      ...{ verdict: "intact", pack_type: "run", findings: [] },
      signers: [{ status: "not_checked" }],
    });
    const { answer } = scene.json(["pack", "inspect", ALPHA]) as unknown as {
      answer: { account: { run: { calls: { tool_name?: string; outcome: string }[] } } };
    };
    const { calls } = answer.account.run;
    expect(calls.length).toBeGreaterThan(0);
    expect(run?.calls).toBe(calls.length);
    expect(run?.not_ok).toBe(calls.filter(({ outcome }) => !["ok", "unstated"].includes(outcome)).length);
    expect(run?.tools?.reduce((sum, tool) => sum + tool.calls, 0)).toBe(calls.length);
    expect(job).toMatchObject({ pack_type: "job" });
    expect(job).not.toHaveProperty("calls");
    expect(bad).toMatchObject({ verdict: "failed", findings: expect.arrayContaining(["file_hash_mismatch"]) });
    expect(bad).not.toHaveProperty("calls");
  });

  test("with a key name who verified", () => {
    const [receipt] = verify(ALPHA, "--public-key", KEY).receipts;
    expect(receipt).toMatchObject({ verdict: "authentic", signers: [{ status: "verified" }] });
  });

  test("the trust id is that of what was given, and of nothing else", () => {
    const plain = trustIdOf();
    expect(trustIdOf("--jobs", "1")).toBe(plain as string);
    const others = [
      ...[trustIdOf("--public-key", KEY), trustIdOf("--public-key", KEY, "--require-signature")],
      ...[trustIdOf("--public-key", keyPath("other", "public")), trustIdOf("--max-entries", "77")],
      trustIdOf("--trust", trustPath("sshsig/allowed_signers")),
    ];
    expect(others).not.toContain(undefined);
    expect(new Set([plain, ...others]).size).toBe(others.length + 1);
  });

  test("what could not be read has no receipt", () => {
    const { exit, receipts } = verify(ALPHA, "absent.zip");
    expect(exit).toBe(6);
    expect(receipts[1]).toMatchObject({ schema_id: "gait.packs.output", result: { reason: "not_found" } });
  });

  test.each([[["--json"]], [["--format", "junit"]]])("are lines of NDJSON only: %p", (flags) => {
    const { exit, stdout, stderr } = gait(["pack", "verify", ALPHA, "--account", ...flags], { cwd: scene.path });
    expect(exit).toBe(6);
    expect(stdout + stderr).toContain("--account is given without --format ndjson");
  });

  test("other threads give the same", () => {
    const paths = Array.from({ length: 24 }, (_, at) => `many-${at}.zip`);
    for (const path of paths) copyFileSync(ALPHA, scene.at(path));
    const of = (jobs: string) =>
      verify(...paths, "--jobs", jobs).receipts.map(({ verified_at: _, ...receipt }) => receipt);
    expect(of("3")).toEqual(of("1"));
  });

  test("of a store: a pack that has another's name failed, and its calls count for nothing", () => {
    expect(gait(["store", "init", "kept"], { cwd: scene.path }).exit).toBe(0);
    expect(gait(["store", "put", ALPHA, "--to", "kept"], { cwd: scene.path }).exit).toBe(0);
    const [good] = lines("store", "verify", "kept").receipts;
    expect(good).toMatchObject({ verdict: "intact", sha256: sha256(ALPHA) });
    writeFileSync(scene.at("kept", good?.location.replace(/^kept\//, "") ?? ""), readFileSync(JOB));
    const { exit, receipts } = lines("store", "verify", "kept");
    expect(exit).toBe(2);
    expect(receipts[0]).toMatchObject({ verdict: "failed", findings: ["pack_changed"], sha256: sha256(JOB) });
  });
});
