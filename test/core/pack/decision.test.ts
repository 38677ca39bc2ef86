/** Call packs and authorization packs (contract 7.2): those of version 1.4 of the Go implementation, and each rule. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { accountOf } from "../../../src/core/account/account.ts";
import { linkedBy, readBundle } from "../../../src/core/authorization/bundle.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { callFaults } from "../../../src/core/call/entries.ts";
import { readCallRecord } from "../../../src/core/call/record.ts";
import { buildAuthorizationPack, buildCallPack } from "../../../src/core/pack/build-decision.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { openArchive } from "../../../src/core/zip/reader.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { LATER, type LaterItem, laterItems } from "../../go-vectors.ts";
import { byteSink, PRODUCER_VERSION, reportOf, testSigner } from "../artifacts.ts";

const OPTIONS = { platform, producerVersion: PRODUCER_VERSION, proofRecords: true };
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(LATER, file)));
const from = ({ command }: LaterItem): string => / --from (\S+)/.exec(command)?.[1] ?? "";

async function digests(bytes: Uint8Array): Promise<Record<string, string>> {
  const archive = await openArchive(bytesSource(bytes), platform);
  const found: Record<string, string> = {};
  for (const { name } of archive.layout.entries) {
    const { bytes: content } = await archive.bytes(name, 10_000_000);
    found[name] = createHash("sha256")
      .update(content ?? "")
      .digest("hex");
  }
  archive.dispose();
  return found;
}

async function verify(bytes: Uint8Array) {
  return verifyArtifact(bytesSource(bytes), { platform, keys: [], requireSignature: false });
}

async function codesOf(bytes: Uint8Array): Promise<string[]> {
  return [...new Set((await verify(bytes)).findings.map(({ code }) => code))].sort();
}

async function callPack(file: string, isSigned = false): Promise<Uint8Array> {
  const call = readCallRecord(file, bytesOf(file));
  const runpack = new Uint8Array(readFileSync(join(LATER, dirname(file), call.runpackPath)));
  const sink = byteSink();
  const signer = isSigned ? await testSigner() : undefined;
  await buildCallPack(call, (await reportOf(runpack)).runId, bytesSource(runpack), sink, { ...OPTIONS, signer });
  return sink.bytes();
}

async function authorizationPack(file: string): Promise<Uint8Array> {
  const bundle = readBundle(file, bytesOf(file), PRODUCER_VERSION);
  const files = new Map(linkedBy(bundle).map(({ path }) => [path, bytesOf(join(dirname(file), path))]));
  const sink = byteSink();
  await buildAuthorizationPack(bundle, files, sink, OPTIONS);
  return sink.bytes();
}

describe("built from the record, with proof records", () => {
  for (const row of laterItems(
    ({ kind, command }) => kind.startsWith("pack-build") && command.includes("--type call"),
  )) {
    test(`${row.file} has its members`, async () => {
      const bytes = await callPack(from(row), row.kind === "pack-build-signed");
      expect(await digests(bytes)).toEqual({ ...row.members });
      expect(await codesOf(bytes)).toEqual([]);
    });
  }
  for (const row of laterItems(
    ({ kind, command }) => kind === "pack-build" && command.includes("--type authorization"),
  )) {
    test(`${row.file} has its members`, async () => {
      const bytes = await authorizationPack(from(row));
      expect(await digests(bytes)).toEqual({ ...row.members });
      expect(await codesOf(bytes)).toEqual([]);
    });
  }
  test("without references their list is null", async () => {
    const archive = await openArchive(bytesSource(await callPack("call/record_no_refs.json")), platform);
    const { bytes } = await archive.bytes("reference_digests.json", 100);
    expect(new TextDecoder().decode(bytes)).toBe("null");
  });
});

describe("refused", () => {
  const refused = laterItems(
    ({ kind, expected_exit: exit }) =>
      exit === 6 && (kind === "call-record-refused" || kind === "authorization-refused"),
  );
  for (const row of refused) {
    test(`${from(row)}: ${(row as unknown as { why: string }).why}`, async () => {
      const built = from(row).startsWith("call/") ? callPack(from(row)) : authorizationPack(from(row));
      await expect(built).rejects.toThrow();
    });
  }
});

describe("verified", () => {
  test.each([
    ["call/pack_call.zip", []],
    ["call/pack_call_signed.zip", []],
    ["authorization/pack_auth.zip", []],
    ["call/tampered_block.zip", ["call_rule_broken"]],
    ["call/tampered_count.zip", ["payload_mismatch"]],
    ["authorization/tampered_trace.zip", ["authorization_mismatch"]],
    ["authorization/tampered_trace_missing.zip", ["authorization_mismatch"]],
  ])("%s: %j", async (file, codes) => expect(await codesOf(bytesOf(file))).toEqual(codes as never));

  test("the account of a call has its run, what was decided and what was said", async () => {
    const { run, call, about } = await accountOf(await verify(bytesOf("call/pack_call.zip")));
    expect([about, run?.totals.calls, call?.decisions.length, call?.spoken.length]).toEqual(["call", 2, 1, 1]);
    expect(call?.decisions[0]).toMatchObject({
      commitment_class: "refund",
      verdict: "allow",
      reason_codes: ["a", "b"],
    });
  });
  test("the account of an authorization has its outcome and what it links", async () => {
    const { authorization, about } = await accountOf(await verify(bytesOf("authorization/pack_auth.zip")));
    expect([about, authorization?.outcome_status]).toEqual(["authorization", "allow"]);
    expect(authorization?.linked.map(({ kind }) => kind)).toEqual([
      "trace",
      "approval_audit",
      "credential_evidence",
      "outcome",
    ]);
  });
});

describe("the rules of a call", () => {
  const { callId, lines } = readCallRecord("call/call_record.json", bytesOf("call/call_record.json"));
  type Lines = typeof lines;
  const messages = (changed: Partial<Lines>): string[] =>
    callFaults(callId, { ...lines, ...changed }).map(({ message }) => message);
  test("a whole one breaks none", () => expect(messages({})).toEqual([]));
  test.each([
    "asr.final",
    "commitment.declared",
    "gate.decision",
    "tts.request",
    "tts.emitted",
    "tool.intent",
    "tool.result",
  ])("an event %s must be there", (type) => {
    const found = messages({ events: lines.events.filter(({ event_type: each }) => each !== type) });
    expect(found).toContain(`there is no event ${type}`);
  });
  test("what was said has a receipt of the same place, class and token", () => {
    expect(messages({ receipts: [] }).join()).toContain("there is no receipt");
    for (const change of [{ call_seq: 4 }, { turn_index: 2 }, { say_token_id: "say_2" }])
      expect(messages({ receipts: lines.receipts.map((each) => ({ ...each, ...change })) }).join()).toContain(
        "there is no receipt",
      );
    const events = lines.events.map(({ say_token_id: _, ...each }) => each);
    expect(messages({ events }).join()).toContain("without a token");
  });
  test.each(["block", "dry_run", "require_approval"] as const)("after %s nothing is said", (verdict) => {
    const decisions = lines.decisions.map((each) => ({ ...each, verdict }));
    expect(messages({ decisions }).join()).toContain(`is ${verdict}`);
  });
  test("the latest decision counts, a later one and one about something else do not", () => {
    const [first] = lines.decisions;
    if (first === undefined) throw new Error("no decision");
    const block = { ...first, verdict: "block" as const };
    expect(messages({ decisions: [first, { ...block, call_seq: 4 }] }).join()).toContain("is block");
    expect(messages({ decisions: [first, { ...block, call_seq: 6 }] })).toEqual([]);
    expect(messages({ decisions: [first, { ...block, call_seq: 4, turn_index: 2 }] })).toEqual([]);
    expect(messages({ decisions: [first, { ...block, call_seq: 4, commitment_class: "quote" }] })).toEqual([]);
    expect(messages({ decisions: [block, first] }).join()).toContain("is block");
    expect(messages({ decisions: [] }).join()).toContain("no decision");
  });
  test("each line is of this call", () => {
    for (const name of ["events", "commitments", "decisions", "receipts"] as const)
      expect(messages({ [name]: lines[name].map((each) => ({ ...each, call_id: "other" })) }).join()).toContain(
        "of another call",
      );
  });
});

describe("paths of linked evidence", () => {
  const good = JSON.parse(readFileSync(join(LATER, "authorization/authorization_bundle.json"), "utf8"));
  const read = (change: object) =>
    readBundle("b.json", new TextEncoder().encode(JSON.stringify({ ...good, ...change })), "1");
  test.each([
    ["./a//b/../c.json", "a/c.json"],
    ["x\\y.txt", "x/y.txt"],
  ])("%s is %s", (given, path) => expect(read({ trace_path: given }).trace_path).toBe(path));
  test.each(["../a", "a/../../b", "/etc/passwd", "C:\\x", "\\\\host\\x", "."])("%s is refused", (given) => {
    expect(() => read({ trace_path: given })).toThrow("not below the bundle's folder");
  });
  test.each([
    [{ trace_id: " " }, "trace_id"],
    [{ policy_digest: "x" }, "policy_digest"],
    [{ outcome_path: null }, "outcome_path"],
    [{ context_evidence_digest: "0".repeat(64) }, "context_evidence_path"],
  ])("%j is refused", (change, member) => expect(() => read(change)).toThrow(member));
});
