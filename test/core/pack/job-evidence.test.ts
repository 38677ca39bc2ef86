/** Packs of jobs: rebuilt from the Go job folders member for member, and refused when log and state disagree. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { accountOf } from "../../../src/core/account/account.ts";
import { inspectReport } from "../../../src/core/account/inspect.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { LogChain, withLink } from "../../../src/core/job/log-chain.ts";
import { linked } from "../../../src/core/job/log-signature.ts";
import { canonicalBytes } from "../../../src/core/json/jcs.ts";
import { type BuildOptions, buildJobPack, writePack } from "../../../src/core/pack/build-pack.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { type VerifyOptions, verifyArtifact } from "../../../src/core/verify/verify.ts";
import { jobEvents, jobFolder, loadJob } from "../../../src/host/job/folder.ts";
import { loadPublicKey } from "../../../src/host/keys.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JobEvent, JobState } from "../../../src/schema/document/job.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { keyPath, vectorBytes, vectors } from "../../go-vectors.ts";
import { byteSink, documentOf, membersOf, PRODUCER_VERSION, testSigner } from "../artifacts.ts";

const JOBS = join(import.meta.dir, "../../vectors/jobs");
const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };
const KEY = await loadPublicKey({ path: keyPath("test", "public") }, hostPlatform);

async function jobPack(jobId: string, options: Partial<BuildOptions> = {}) {
  const folder = jobFolder(JOBS, jobId);
  const { state, logLength } = loadJob(folder, PRODUCER_VERSION);
  if (state === undefined) throw new Error(`no job ${jobId}`);
  const sink = byteSink();
  const built = await buildJobPack(state, jobEvents(folder, logLength), sink, {
    platform: hostPlatform,
    producerVersion: PRODUCER_VERSION,
    ...options,
  });
  return { bytes: sink.bytes(), built };
}

async function digestsOf(pack: Uint8Array): Promise<Record<string, string>> {
  const members = [...(await membersOf(pack))];
  return Object.fromEntries(members.map(([path, bytes]) => [path, sha256Hex(hostPlatform, bytes)]));
}

async function findingsOf(bytes: Uint8Array) {
  const { verdict, findings } = await verifyArtifact(bytesSource(bytes), UNKEYED);
  return { verdict, findings, codes: findings.map(({ code }) => code) };
}

describe("job folders of the Go implementation", () => {
  for (const { job_id: jobId = "" } of vectors("job-state") as { job_id?: string }[]) {
    test(`${jobId}: its pack is intact`, async () => {
      const { bytes, built } = await jobPack(jobId);
      expect(built).toMatchObject({ packType: "job", sourceRef: jobId });
      expect(await findingsOf(bytes)).toMatchObject({ verdict: "intact", findings: [] });
    });
  }
});

describe("job packs of the Go implementation", () => {
  const PACKS = vectors("pack-job-unsigned", "pack-job-signed");
  for (const { file, pack_id: id, source_ref: jobId = "", signed_by: signer } of PACKS) {
    test(`${file} verifies, and is rebuilt from its folder, member for member`, async () => {
      const original = vectorBytes(file);
      const options = { ...UNKEYED, keys: [KEY], requireSignature: signer !== undefined };
      const { verdict, packId } = await verifyArtifact(bytesSource(original), options);
      expect([verdict, packId]).toEqual([signer === undefined ? "intact" : "authentic", id ?? ""]);
      const rebuilt = await jobPack(jobId, signer === undefined ? {} : { signer: await testSigner() });
      expect(await digestsOf(rebuilt.bytes)).toEqual(await digestsOf(original));
    });
  }

  test("tampered/job_status_mismatch.zip: the payload's status differs from the state's", async () => {
    const { findings } = await findingsOf(vectorBytes("tampered/job_status_mismatch.zip"));
    expect(findings).toMatchObject([{ code: "payload_mismatch", path: "job_payload.json#$.status" }]);
  });

  test("a pack of a job shows payload, counts, checkpoints and a timeline with the approvers", async () => {
    const verification = await verifyArtifact(bytesSource((await jobPack("job_resumed")).bytes), UNKEYED);
    const account = await accountOf(verification);
    expect(inspectReport(verification, account).job_lineage).toEqual({
      event_count: 4,
      last_event_type: "resumed",
      checkpoint_refs: [
        { checkpoint_id: "cp_0001", type: "decision-needed", reason_code: "checkpoint_decision_needed" },
      ],
    });
    expect(account.job?.steps.map(({ type, actor }) => `${type} ${actor}`)).toEqual([
      "submitted alice",
      "checkpoint_added bot",
      "approved boss",
      "resumed alice",
    ]);
  });
});

/** The pack of `job_resumed` with its log, state or payload changed, and ids and hashes that agree with the change. */
async function tampered(change: {
  log?: (lines: string[]) => string[];
  state?: (state: JsonObject) => JsonObject;
  payload?: (payload: JsonObject) => JsonObject;
}): Promise<Uint8Array> {
  const members = await membersOf((await jobPack("job_resumed")).bytes);
  const lines = new TextDecoder().decode(members.get("job_events.jsonl")).trimEnd().split("\n");
  const log = (change.log?.(lines) ?? lines).map((line) => `${line}\n`).join("");
  const document = (path: string, edit: ((stored: JsonObject) => JsonObject) | undefined) => {
    const stored = documentOf(members, path);
    return { path, content: canonicalBytes(edit?.(stored) ?? stored) };
  };
  const sink = byteSink();
  await writePack(
    "job",
    "job_resumed",
    [
      { path: "job_events.jsonl", content: new TextEncoder().encode(log) },
      document("job_payload.json", change.payload),
      document("job_state.json", change.state),
    ],
    sink,
    { platform: hostPlatform, producerVersion: PRODUCER_VERSION },
  );
  return sink.bytes();
}

function edit(index: number, from: string, to: string): (lines: string[]) => string[] {
  return (lines) => lines.map((line, at) => (at === index ? line.replace(from, to) : line));
}

describe("a changed log inside a pack that agrees with it", () => {
  test("unchanged, it is intact", async () => {
    expect(await findingsOf(await tampered({}))).toMatchObject({ verdict: "intact", findings: [] });
  });

  const CASES: readonly (readonly [string, (lines: string[]) => string[], RegExp])[] = [
    ["the first event removed", (lines) => lines.slice(1), /revision 1\b/],
    ["an event in the middle removed", (lines) => lines.filter((_, at) => at !== 1), /revision 2\b/],
    ["the last event cut off", (lines) => lines.slice(0, -1), /revision 4\b/],
    ["every event cut off", () => [], /revision 1\b/],
    ["two events swapped", ([a = "", b = "", c = "", d = ""]) => [a, c, b, d], /revision [23]\b/],
    ["an event repeated", ([a = "", b = "", c = "", d = ""]) => [a, b, b, c, d], /revision [23]\b/],
    [
      "an event added",
      (lines) => [...lines, lines.at(-1)?.replace('"revision":4', '"revision":5') ?? ""],
      /revision 5\b/,
    ],
    ["another approver", edit(2, '"actor":"boss"', '"actor":"mallory"'), /revision 3\b/],
    ["a different reason of an approval", edit(2, "ship it", "shipped"), /revision 3\b/],
    ["a different decision", edit(1, "choose blue or green", "choose green"), /revision 2\b/],
    ["a different checkpoint id", edit(1, "cp_0001", "cp_0002"), /revision 2\b/],
    ["another job", edit(2, '"job_id":"job_resumed"', '"job_id":"job_other"'), /revision 3\b/],
    ["another fingerprint", edit(0, "envfp:vector", "envfp:other"), /revision 1\b/],
    ["a time that goes back", edit(3, "2026-11-22T19:33:10.177702506Z", "2026-11-22T19:33:09Z"), /revision 4\b/],
    ["a skipped revision", edit(3, '"revision":4', '"revision":5'), /revision [45]\b/],
    ["a transition that does not exist", edit(3, '"resumed"', '"submitted"'), /revision 4\b/],
    [
      "an approval turned into a pause",
      (lines) => edit(2, '"type":"approved"', '"type":"paused"')(lines),
      /revision 3\b/,
    ],
  ];
  for (const [name, change, revision] of CASES) {
    test(name, async () => {
      const { verdict, findings } = await findingsOf(await tampered({ log: change }));
      expect(verdict).toBe("failed");
      const messages = findings.map(({ path, message }) => `${path} ${message}`).join("\n");
      expect(messages).toMatch(revision);
    });
  }

  const LINES: readonly (readonly [string, (line: string) => string, FindingCode])[] = [
    ["a line that is not JSON", () => "{", "json_invalid"],
    ["a name twice", (line) => line.replace("{", '{"actor":"bot",'), "json_duplicate_name"],
    ["an unknown member", (line) => line.replace("{", '{"a":1,'), "record_invalid"],
  ];
  for (const [name, change, code] of LINES) {
    test(`${name} is named by its line`, async () => {
      const log = (lines: string[]) => lines.map((line, at) => (at === 1 ? change(line) : line));
      const { findings } = await findingsOf(await tampered({ log }));
      expect(findings[0]).toMatchObject({ code });
      expect(findings[0]?.path).toStartWith("job_events.jsonl:2#");
    });
  }
});

describe("a changed state or payload inside a pack that agrees with it", () => {
  const STATES: readonly (readonly [string, (state: JsonObject) => JsonObject])[] = [
    ["another status", (state) => ({ ...state, status: "completed" })],
    ["another reason", (state) => ({ ...state, status_reason_code: "submitted" })],
    ["a different stop reason", (state) => ({ ...state, stop_reason: "blocked" })],
    ["another revision", (state) => ({ ...state, revision: 3 })],
    ["another fingerprint", (state) => ({ ...state, environment_fingerprint: "envfp:other" })],
    ["another job", (state) => ({ ...state, job_id: "job_other" })],
    ["the approval gone", ({ approvals: _, ...state }) => state],
    ["the checkpoint gone", (state) => ({ ...state, checkpoints: [] })],
    ["another time", (state) => ({ ...state, updated_at: "2026-11-22T19:33:11Z" })],
  ];
  for (const [name, change] of STATES) {
    test(`state: ${name}`, async () => {
      const { verdict, codes } = await findingsOf(await tampered({ state: change }));
      expect(verdict).toBe("failed");
      expect(codes.some((code) => code === "job_state_mismatch" || code === "job_log_invalid")).toBeTrue();
    });
  }

  const PAYLOADS: readonly (readonly [string, (payload: JsonObject) => JsonObject])[] = [
    ["another status", (payload) => ({ ...payload, status: "completed" })],
    ["a different count of checkpoints", (payload) => ({ ...payload, checkpoint_count: 2 })],
    ["a different count of approvals", (payload) => ({ ...payload, approval_count: 0 })],
    ["another time", (payload) => ({ ...payload, created_at: "2026-11-22T19:33:11Z" })],
    ["another job", (payload) => ({ ...payload, job_id: "job_other" })],
  ];
  for (const [name, change] of PAYLOADS) {
    test(`payload: ${name}`, async () => {
      const { codes } = await findingsOf(await tampered({ payload: change }));
      expect(new Set(codes)).toEqual(new Set(["payload_mismatch"]));
    });
  }
});

describe("the signature of a log in a pack", async () => {
  const signer = await testSigner();
  const folder = jobFolder(JOBS, "job_resumed");
  const { state, logLength } = loadJob(folder, PRODUCER_VERSION);
  const events = [...jobEvents(folder, logLength)];

  /** The log with its last event signed, `change` after that. */
  async function signedLog(change: (signature: JsonObject) => JsonObject = (signature) => signature) {
    const chain = new LogChain(hostPlatform);
    for (const event of events.slice(0, -1)) chain.add(event);
    const last = await linked(events.at(-1) as JobEvent, chain, signer, hostPlatform);
    const signature = last.payload?.["log_signature"] as JsonObject;
    return [...events.slice(0, -1), withLink(last, { log_signature: change(signature) })];
  }
  async function codes(log: readonly JobEvent[], keys = [KEY]): Promise<string[]> {
    const sink = byteSink();
    const options = { platform: hostPlatform, producerVersion: PRODUCER_VERSION, signer };
    await buildJobPack(state as JobState, log, sink, options);
    const { findings } = await verifyArtifact(bytesSource(sink.bytes()), { ...UNKEYED, keys });
    return findings.map(({ code }) => code);
  }

  test("verifies with the key it names, and is not checked with another", async () => {
    expect(await codes(await signedLog())).toEqual([]);
    expect(await codes(await signedLog((signature) => ({ ...signature, key_id: "0".repeat(64) })))).toEqual([]);
  });

  test("that names a trusted key and does not verify is a finding, even if the pack's own verifies", async () => {
    const other = await signedLog((signature) => ({ ...signature, sig: `AAAA${String(signature["sig"]).slice(4)}` }));
    expect(await codes(other)).toEqual(["signature_invalid"]);
    expect(await codes(other, [])).toEqual([]);
  });
});
