/** A PackSpec v1 pack (`pack_<pack_id>.zip`), built from its source (contract 2.1 to 2.3). */
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import type { PackType } from "../../schema/document/pack.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Scratch } from "../bytes/scratch.ts";
import type { ByteSource } from "../bytes/source.ts";
import { contentType, PACK_MANIFEST, selfDigest } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { JOB_EVENTS, JOB_PAYLOAD, JOB_STATE, jobEventLines, jobPayload, jobStateBytes } from "../job/pack-files.ts";
import { canonicalBytes, canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { type Ed25519Signature, type Signer, signManifest } from "../signature/signature.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { PACK_EPOCH } from "../time/timestamp.ts";
import { type Content, isStream, Measure, type Measurements, measurementsOf } from "../zip/measure.ts";
import { type ByteSink, createZipWriter } from "../zip/writer.ts";
import { CONTEXT_ENVELOPE, packedContext } from "./context.ts";
import type { ProvenPack } from "./proof-records.ts";
import { RUN_PAYLOAD, RUN_SOURCE, runPayload } from "./run-payload.ts";

export interface BuildOptions {
  readonly platform: Platform;
  /** Part of the pack's id: a different version builds a different pack from the same evidence. */
  readonly producerVersion: string;
  readonly signer?: Signer | undefined;
  /** Adds `proof_records.jsonl` (contract 7.3), which version 1.4 of the Go implementation always has. */
  readonly proofRecords?: boolean | undefined;
  /** Files that go with the evidence (`core/pack/attachment.ts`). */
  readonly attached?: readonly PackMember[] | undefined;
}

export interface Built {
  readonly packId: string;
  readonly packType: PackType;
  readonly sourceRef: string;
  readonly signature: Ed25519Signature | undefined;
}

/** A file of a new pack; `content` is read once, while it is hashed and written. */
export interface PackMember {
  readonly path: string;
  readonly content: Content;
  /** What an earlier reading of it found. */
  readonly known?: Measurements | undefined;
}

/**
 * Writes the pack of a runpack that has been verified as `runpack`, and whose bytes are `source`.
 *
 * @param known what the verification measured of `source`, which is read twice without it
 * @throws GaitError `input_changed` where what is copied differs from that
 */
export function buildRunPack(
  source: ByteSource,
  runpack: RunpackReport,
  sink: ByteSink,
  options: BuildOptions,
  known?: Measurements,
): Promise<Built> {
  const payload = runPayload(runpack);
  if (payload === undefined || runpack.findings.length > 0) {
    throw new GaitError("internal", "the runpack of a pack was not verified");
  }
  const { refs } = runpack;
  const context = refs && packedContext(payload.run_id, refs, options.platform, options.proofRecords === true);
  const members: PackMember[] = [
    { path: RUN_PAYLOAD, content: encode(canonicalize({ ...payload, ...context?.members })) },
    { path: RUN_SOURCE, content: source, known },
  ];
  if (context?.envelope !== undefined)
    members.push({ path: CONTEXT_ENVELOPE, content: canonicalBytes(context.envelope as unknown as JsonObject) });
  return writePack("run", payload.run_id, members, sink, options);
}

/** Writes the pack of a job; `events` is read once, in order, while it is written. The two must agree with each other. */
export function buildJobPack(
  state: JobState,
  events: Iterable<JobEvent>,
  sink: ByteSink,
  options: BuildOptions,
): Promise<Built> {
  const members: PackMember[] = [
    { path: JOB_EVENTS, content: jobEventLines(events) },
    { path: JOB_PAYLOAD, content: encode(canonicalize(jobPayload(state) as unknown as JsonObject)) },
    { path: JOB_STATE, content: jobStateBytes(state) },
  ];
  return writePack("job", state.job_id, members, sink, options);
}

/** Writes `members` and what is attached, in byte order of their paths, and the manifest that declares them. */
export async function writePack(
  packType: PackType,
  sourceRef: string,
  members: readonly PackMember[],
  sink: ByteSink,
  options: BuildOptions,
): Promise<Built> {
  const { platform, signer, attached = [] } = options;
  const writer = createZipWriter(sink, platform);
  const contents: JsonObject[] = [];
  const given = [...members, ...attached].toSorted((left, right) => compareUtf8(left.path, right.path));
  const proof = options.proofRecords === true ? await measuredMembers(given, platform) : undefined;
  try {
    const pack = { packType, sourceRef, producerVersion: options.producerVersion };
    const all = proof === undefined ? given : await withProofRecords(pack, proof.members, platform, signer);
    for (const { path, content, known } of all) {
      const { sha256 } = await writer.add(path, content, known);
      if (known !== undefined && known.sha256 !== sha256)
        throw new GaitError("input_changed", `${path} changed while it was packed`, { hint: "Build the pack again." });
      contents.push({ path, sha256, type: contentType(path) });
    }
  } finally {
    proof?.dispose();
  }
  const manifest: JsonObject = {
    schema_id: "gait.pack.manifest",
    schema_version: "1.0.0",
    created_at: PACK_EPOCH,
    producer_version: options.producerVersion,
    pack_type: packType,
    source_ref: sourceRef,
    contents,
  };
  const packId = selfDigest(manifest, "pack_id", platform);
  manifest["pack_id"] = packId;
  const signature = signer && (await signManifest(manifest, signer, platform));
  if (signature !== undefined) manifest["signatures"] = [{ ...signature }];
  await writer.add(PACK_MANIFEST, encode(canonicalize(manifest)));
  await writer.close();
  return { packId, packType, sourceRef, signature };
}

interface Measured {
  readonly members: readonly (PackMember & { readonly known: Measurements })[];
  dispose(): void;
}

/** Records come before some of the entries that they are of: what can be read only once is copied. */
async function measuredMembers(members: readonly PackMember[], platform: Platform): Promise<Measured> {
  const copies: Scratch[] = [];
  const dispose = (): void => {
    for (const copy of copies) copy.dispose();
  };
  try {
    const measured: Measured["members"][number][] = [];
    for (const { path, content, known } of members) {
      if (known !== undefined) measured.push({ path, content, known });
      else if (!isStream(content)) measured.push({ path, content, known: await measurementsOf(content, platform) });
      else {
        const copy = platform.scratch();
        copies.push(copy);
        const measure = new Measure(platform);
        for await (const piece of measure.through(content)) copy.write(piece);
        measured.push({ path, content: copy.source(), known: measure.end() });
      }
    }
    return { members: measured, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function withProofRecords(
  pack: ProvenPack,
  members: Measured["members"],
  platform: Platform,
  signer: Signer | undefined,
): Promise<PackMember[]> {
  const { PROOF_RECORDS, proofRecords } = await import("./proof-records.ts");
  const entries = members.map(({ path, known }) => ({ path, type: contentType(path), ...known }));
  const records = { path: PROOF_RECORDS, content: await proofRecords(pack, entries, platform, signer) };
  return [...members, records].toSorted((left, right) => compareUtf8(left.path, right.path));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
