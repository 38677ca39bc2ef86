/** Packs of version 1.4 of the Go implementation (contract 7.1, 7.3): verified, and built again with the same ids. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import { buildJobPack, buildRunPack } from "../../../src/core/pack/build-pack.ts";
import { readEnvelope } from "../../../src/core/run/context/envelope.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { openArchive } from "../../../src/core/zip/reader.ts";
import { inspectJob } from "../../../src/host/job/views.ts";
import { loadPublicKey } from "../../../src/host/keys.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { keyPath, LATER, type LaterItem, laterItems } from "../../go-vectors.ts";
import { byteSink, PRODUCER_VERSION, reportOf, runpackOf, testSigner } from "../artifacts.ts";

const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(join(LATER, file)));
const flag = ({ command }: LaterItem, name: string): string | undefined =>
  new RegExp(`${name} (\\S+)`).exec(command)?.[1];

async function digests(bytes: Uint8Array): Promise<Record<string, string>> {
  const archive = await openArchive(bytesSource(bytes), platform);
  const found: Record<string, string> = {};
  for (const { name: path } of archive.layout.entries) {
    const { bytes: content } = await archive.bytes(path, 10_000_000);
    found[path] = createHash("sha256")
      .update(content ?? "")
      .digest("hex");
  }
  archive.dispose();
  return found;
}

async function codesOf(
  bytes: Uint8Array,
  options: { keys?: readonly ("test" | "other")[]; isRequired?: boolean } = {},
) {
  const keys = await Promise.all(
    (options.keys ?? []).map((name) => loadPublicKey({ path: keyPath(name, "public") }, platform)),
  );
  const verified = await verifyArtifact(bytesSource(bytes), {
    platform,
    keys,
    requireSignature: options.isRequired ?? false,
  });
  verified.dispose();
  return [...new Set(verified.findings.map(({ code }) => code))].sort();
}

describe("run record --context-envelope, --context-evidence-mode", () => {
  const rows = laterItems(
    ({ kind, members, command, expected_exit: exit }) =>
      exit === 0 && members !== undefined && (kind === "run-record-context" || command.includes("run record")),
  ).filter(
    ({ command }) =>
      !command.includes("rp_trim_4a00714") && existsSync(join(LATER, flag({ command } as LaterItem, "--input") ?? "")),
  );
  for (const row of rows) {
    test(`${row.command.slice("gait ".length)} gives the same members, by the mode given by name`, async () => {
      const envelope = flag(row, "--context-envelope");
      const { bytes } = await runpackOf(bytesOf(flag(row, "--input") ?? ""), {
        captureMode: flag(row, "--capture-mode"),
        contextEvidence: {
          mode: (flag(row, "--context-evidence-mode") ?? "best_effort") as "best_effort" | "required",
          ...(envelope === undefined ? {} : { envelope: readEnvelope(envelope, bytesOf(envelope), platform) }),
        },
      });
      expect(await digests(bytes)).toEqual({ ...row.members });
    });
  }
});

describe("a pack built from that program's own runpack, with proof records", () => {
  const rows = laterItems(
    ({ kind, command }) => kind.startsWith("pack-build") && / --from (context|proof|export)\//.test(command),
  );
  for (const row of rows) {
    test(`${row.file} has its members and its id`, async () => {
      const runpack = bytesOf(flag(row, "--from") ?? "");
      const sink = byteSink();
      const signer = row.kind === "pack-build-signed" ? await testSigner() : undefined;
      const options = { platform, producerVersion: PRODUCER_VERSION, proofRecords: true, signer };
      const { packId } = await buildRunPack(bytesSource(runpack), await reportOf(runpack), sink, options);
      expect(await digests(sink.bytes())).toEqual({ ...row.members });
      expect(packId).toBe((row as unknown as { stdout: { pack_id: string } }).stdout.pack_id);
    });
  }

  test("and so has a pack of its job's folder", async () => {
    for (const row of laterItems(
      ({ kind, command }) => kind.startsWith("pack-build") && command.includes("--type job"),
    )) {
      const id = (flag(row, "--from") ?? "").slice("jobs/".length);
      const { state, events } = await inspectJob(
        { root: join(LATER, "jobs"), producerVersion: PRODUCER_VERSION, now: () => "" },
        id,
      );
      const sink = byteSink();
      const signer = row.kind === "pack-build-signed" ? await testSigner() : undefined;
      await buildJobPack(state, events, sink, {
        platform,
        producerVersion: PRODUCER_VERSION,
        proofRecords: true,
        signer,
      });
      expect([row.file, await digests(sink.bytes())]).toEqual([row.file, { ...row.members }]);
    }
  });

  test("without the flag a run that says nothing of its context has neither records nor envelope", async () => {
    const { bytes: runpack } = await runpackOf(bytesOf("inputs/run_alpha.json"));
    const sink = byteSink();
    await buildRunPack(bytesSource(runpack), await reportOf(runpack), sink, {
      platform,
      producerVersion: PRODUCER_VERSION,
    });
    expect(Object.keys(await digests(sink.bytes())).sort()).toEqual([
      "pack_manifest.json",
      "run_payload.json",
      "source/runpack.zip",
    ]);
  });
});

describe("verification", () => {
  for (const row of laterItems(({ file }) => /^(context\/pack|proof\/pack)/.test(file ?? ""))) {
    test(`${row.file} verifies, signed ones with the key and a signature required`, async () => {
      const bytes = bytesOf(row.file ?? "");
      expect(await codesOf(bytes)).toEqual([]);
      if (!row.file?.includes("_signed")) return;
      expect(await codesOf(bytes, { keys: ["test"], isRequired: true })).toEqual([]);
      expect(await codesOf(bytes, { keys: ["other"], isRequired: true })).toEqual([
        "signature_invalid",
        "signature_missing",
      ]);
    });
  }
  test.each([
    ["context/tampered_alpha_envelope_not_refs.zip", ["context_mismatch", "proof_entry_mismatch"]],
    ["context/tampered_alpha_payload_digest.zip", ["context_mismatch", "proof_entry_mismatch"]],
    ["proof/tampered_alpha_event.zip", ["proof_chain_broken", "proof_entry_mismatch"]],
    ["proof/tampered_alpha_first_dropped.zip", ["proof_chain_broken", "proof_entry_mismatch"]],
    ["proof/tampered_alpha_last_dropped.zip", ["proof_entry_mismatch"]],
    ["proof/tampered_alpha_empty.zip", ["proof_entry_mismatch"]],
    ["proof/tampered_alpha_stale_records.zip", ["payload_mismatch", "proof_entry_mismatch"]],
  ])("%s fails", async (file, codes) => {
    const found = await codesOf(bytesOf(file));
    for (const code of codes.slice(0, 1)) expect(found).toContain(code as never);
    expect(found.length).toBeGreaterThan(0);
  });
  test.each(["alpha", "delta"])(
    "a record without a signature fails where signatures are required: %s",
    async (name) => {
      const bytes = bytesOf(`proof/tampered_${name}_record_unsigned.zip`);
      expect(await codesOf(bytes)).toEqual([]);
      expect(await codesOf(bytes, { keys: ["test"], isRequired: true })).toContain("signature_missing");
    },
  );
});

describe("an envelope that is given", () => {
  const good = () => JSON.parse(readFileSync(join(LATER, "context/envelope_alpha.json"), "utf8"));
  const read = (document: unknown) =>
    readEnvelope("e.json", new TextEncoder().encode(JSON.stringify(document)), platform);
  test("is the same whatever the order of its records, and read again it is itself", () => {
    const envelope = read(good());
    fc.assert(
      fc.property(fc.shuffledSubarray(good().records as object[], { minLength: 2 }), (records) => {
        expect(read({ ...good(), records })).toEqual(envelope);
      }),
    );
    expect(read(envelope)).toEqual(envelope);
  });
  test.each<[string, (document: ReturnType<typeof good>) => void, RegExp]>([
    ["an unknown member", (document) => Object.assign(document, { zzz: 1 }), /zzz/],
    ["a name in other letters", (document) => Object.assign(document, { Records: [] }), /Records/],
    ["no id", (document) => Object.assign(document, { context_set_id: " " }), /context_set_id/],
    [
      "another digest",
      (document) => Object.assign(document, { context_set_digest: "0".repeat(64) }),
      /context_set_digest/,
    ],
    ["an unknown mode", (document) => Object.assign(document, { evidence_mode: "maybe" }), /evidence_mode/],
    [
      "a digest that is none",
      (document) => Object.assign(document.records[0], { query_digest: "xyz" }),
      /query_digest/,
    ],
    ["a blank source", (document) => Object.assign(document.records[1], { source_locator: "" }), /source_locator/],
    [
      "an unknown immutability",
      (document) => Object.assign(document.records[0], { immutability: "often" }),
      /immutability/,
    ],
    [
      "a negative freshness",
      (document) => Object.assign(document.records[0], { freshness_sla_seconds: -1 }),
      /freshness/,
    ],
    ["a time that is none", (document) => Object.assign(document.records[0], { retrieved_at: "noon" }), /retrieved_at/],
  ])("with %s is refused", (_, change, message) => {
    const document = good();
    change(document);
    expect(() => read(document)).toThrow(message);
  });
});

describe("members of the input", () => {
  const input = (refs: JsonObject) => ({ run: { run_id: "r", created_at: "2026-01-01T00:00:00Z" }, refs });
  const receipt = {
    ...{ ref_id: "r1", source_type: "doc", source_locator: "kb://1", redaction_mode: "reference" },
    ...{ query_digest: "A".repeat(64), content_digest: "b".repeat(64), retrieved_at: "2026-01-01T01:00:00+01:00" },
  };
  test("immutability and freshness of a receipt are kept, the rest stays as it is", async () => {
    const { bytes } = await runpackOf(
      input({ receipts: [{ ...receipt, immutability: " Mutable ", freshness_sla_seconds: 60 }] }),
    );
    const { refs } = await reportOf(bytes);
    expect(refs?.receipts).toEqual([{ ...receipt, immutability: "mutable", freshness_sla_seconds: 60 }]);
    expect(refs?.context_evidence_mode).toBeUndefined();
  });
  test("a digest that is the receipts' own is kept, another one is warned of", async () => {
    const { recorded } = await runpackOf(input({ receipts: [receipt], context_set_digest: "c".repeat(64) }));
    expect(recorded.warnings.join()).toContain("context_set_digest is not that of the receipts");
  });
  test.each([
    [{ receipts: [{ ...receipt, immutability: "often" }] }, /immutability/],
    [{ context_set_digest: "xyz" }, /context_set_digest/],
    [{ context_evidence_mode: "maybe" }, /context_evidence_mode/],
    [{ context_evidence_mode: "required" }, /required/],
  ])("%j is refused", (refs, message) => {
    expect(runpackOf(input(refs))).rejects.toThrow(message);
  });
});

describe("drift of the context, in pack diff", () => {
  for (const row of laterItems(({ kind, command }) => kind === "pack-diff" && command.includes("context/"))) {
    test(row.command.slice("gait ".length), async () => {
      const [left, right] = await Promise.all(
        (row.command.match(/context\/\S+/g) ?? []).map((file) =>
          verifyArtifact(bytesSource(bytesOf(file)), { platform, keys: [], requireSignature: false }),
        ),
      );
      if (left === undefined || right === undefined) throw new Error("two sides");
      const { summary } = diffArtifacts(left, right, platform);
      const told = (row as unknown as { stdout: { diff: { Result: { summary: object } } } }).stdout.diff.Result.summary;
      expect(summary as object).toEqual(told);
    });
  }
  test("of a run with itself is none, and of runs that say nothing of it is left out", async () => {
    const verify = (file: string) =>
      verifyArtifact(bytesSource(bytesOf(file)), { platform, keys: [], requireSignature: false });
    const [same, old] = [
      await verify("context/pack_alpha.zip"),
      await verify("context/rp_trim_4a00714/runpack_run_trim_s.zip"),
    ];
    expect(diffArtifacts(same, same, platform).summary.context_drift_classification).toBe("none");
    expect(Object.keys(diffArtifacts(old, old, platform).summary)).not.toContain("context_drift_classification");
  });
});
