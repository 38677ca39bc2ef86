/** Accounts of everything that a report shows, real ones, and copies with other texts in every place. */
import { accountOf } from "../../../src/core/account/account.ts";
import { jobAccount } from "../../../src/core/account/job.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { differenceOf } from "../../../src/core/diff/difference.ts";
import { type VerifyOptions, verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { Account } from "../../../src/schema/account/account.ts";
import type { Difference } from "../../../src/schema/account/difference.ts";
import { EXAMPLE_INPUT, packOf, runpackOf, testSigner } from "../artifacts.ts";
import { FULL, INCIDENT } from "../evidence/artifacts.ts";
import { JOB } from "../job/fixture.ts";

const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };

export async function accountOfBytes(bytes: Uint8Array, options = UNKEYED): Promise<Account> {
  return accountOf(await verifyArtifact(bytesSource(bytes), options));
}

const signer = await testSigner();
const pack = (await packOf((await runpackOf(EXAMPLE_INPUT)).bytes, signer)).bytes;

/** A run with every kind of outcome, results without a call, and calls without times. */
const MIXED = {
  run: {
    run_id: "mixed",
    created_at: "2026-01-01T00:00:00Z",
    timeline: [{ event: "start", ts: "2026-01-01T00:00:00Z", ref: "a" }],
  },
  intents: [
    { intent_id: "a", tool_name: "fs.read", created_at: "2026-01-01T00:00:01Z", args: { path: "a" } },
    { intent_id: "b", tool_name: "net", created_at: "2026-01-01T00:00:02Z", args: {} },
    { intent_id: "c", tool_name: "net", args: {} },
    { intent_id: "d", tool_name: "git", created_at: "2026-01-01T00:00:09Z", args: {} },
  ],
  results: [
    { intent_id: "a", status: "ok", created_at: "2026-01-01T00:00:05Z", result: {} },
    { intent_id: "b", status: "error", result: { verdict: "allow", reason_codes: ["r"], violations: ["v"] } },
    { intent_id: "c", status: "blocked", result: {} },
    { intent_id: "b", status: "ok", result: {} },
    { intent_id: "x", status: "ok", result: {} },
  ],
  refs: {
    receipts: [
      {
        ref_id: "ref_1",
        source_type: "web",
        source_locator: "javascript:alert(1)",
        query_digest: "0".repeat(64),
        content_digest: "1".repeat(64),
        retrieved_at: "2026-01-01T00:00:03Z",
        redaction_mode: "reference",
        sensitivity_label: "internal",
        immutability: "immutable",
      },
    ],
  },
};

const run = await accountOfBytes(pack, { ...UNKEYED, keys: [signer.publicKey] });
const mixed = await accountOfBytes((await runpackOf(MIXED, { captureMode: "raw" })).bytes);
const guard = await accountOfBytes(FULL);
const flipped = pack.slice();
flipped[pack.length >> 1] = (flipped[pack.length >> 1] ?? 0) ^ 1;

const base = { ...run, about: "job" as const, source_ref: "job_1" };
const { run: _, ...withoutRun } = base;
const job: Account = { ...withoutRun, job: jobAccount(JOB.events, JOB.state) };
const shorter: Account = {
  ...withoutRun,
  job: jobAccount(JOB.events.slice(0, 4), { ...JOB.state, status: "decision_needed", revision: 4 }),
};

export const ACCOUNTS: Readonly<Record<string, Account>> = {
  run,
  mixed: { ...mixed, warnings: ["something should be known"] },
  job,
  guard,
  incident: await accountOfBytes(INCIDENT),
  failed: await accountOfBytes(flipped),
  "not read": await accountOfBytes(pack.subarray(0, 300)),
};

export const DIFFERENCES: Readonly<Record<string, Difference>> = {
  runs: differenceOf(run, mixed),
  "runs the other way round": differenceOf(mixed, run),
  jobs: differenceOf(shorter, job),
  "jobs the other way round": differenceOf(job, shorter),
  "a run and an evidence pack": differenceOf(run, guard),
  controls: differenceOf(guard, await accountOfBytes(INCIDENT)),
  "the same": differenceOf(run, run),
};

/** `value` with every text replaced, except those whose schema lists the allowed values. */
export function withTexts<T>(value: T, replace: (text: string) => string, member = ""): T {
  if (typeof value === "string") return (LISTED[member]?.includes(value) ? value : replace(value)) as T;
  if (Array.isArray(value)) return value.map((each) => withTexts(each, replace, member)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withTexts(each, replace, name)])) as T;
}

const OUTCOMES = ["ok", "failed", "blocked", "open"];
const LISTED: Readonly<Record<string, readonly string[]>> = {
  format: ["pack", "runpack", "evidence_pack", "unknown"],
  about: ["run", "job", "evidence", "unknown"],
  verdict: ["authentic", "intact", "failed"],
  signature_status: ["missing", "verified", "failed", "skipped"],
  status: ["verified", "failed", "not_checked"],
  outcome: OUTCOMES,
  left_outcome: OUTCOMES,
  right_outcome: OUTCOMES,
  role: ["manifest", "content"],
  state: ["sound", "unsound", "missing", "undeclared"],
  method: ["stored", "deflated"],
  why: ["no_intent", "repeated"],
  decision: ["open", "approved"],
  change: ["added", "removed", "changed"],
  turned: ["bad", "good"],
};
