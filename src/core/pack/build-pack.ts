/** A PackSpec v1 pack (`pack_<pack_id>.zip`), built from its source (contract 2.1 to 2.3). */
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { ByteSource } from "../bytes/source.ts";
import { contentType, PACK_MANIFEST, selfDigest } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { JOB_EVENTS, JOB_PAYLOAD, JOB_STATE, jobEventLines, jobPayload, jobStateBytes } from "../job/pack-files.ts";
import { canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { type Ed25519Signature, type Signer, signManifest } from "../signature/signature.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { PACK_EPOCH } from "../time/timestamp.ts";
import { type ByteSink, type Content, createZipWriter, type Measurements } from "../zip/writer.ts";
import { RUN_PAYLOAD, RUN_SOURCE, runPayload } from "./run-payload.ts";

export type PackType = "run" | "job";

export interface BuildOptions {
  readonly platform: Platform;
  /** Part of the pack's id: a different version builds a different pack from the same evidence. */
  readonly producerVersion: string;
  readonly signer?: Signer | undefined;
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
  const members: PackMember[] = [
    { path: RUN_PAYLOAD, content: encode(canonicalize(payload)) },
    { path: RUN_SOURCE, content: source, known },
  ];
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
  const all = [...members, ...attached].toSorted((left, right) => compareUtf8(left.path, right.path));
  for (const { path, content, known } of all) {
    const { sha256 } = await writer.add(path, content, known);
    contents.push({ path, sha256, type: contentType(path) });
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

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
