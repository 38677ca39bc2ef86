/** Packs of a spoken call and of an authorization (contract 7.2). */
import type { AuthorizationBundle } from "../../schema/document/decision.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { AUTHORIZATION_BUNDLE, LINKED_FOLDER, linkedBy, linkedDigest } from "../authorization/bundle.ts";
import type { ByteSource } from "../bytes/source.ts";
import {
  CALL_EVENTS,
  CALL_PAYLOAD,
  CALLPACK_MANIFEST,
  COMMITMENTS,
  countsOf,
  GATE_DECISIONS,
  lineBytes,
  REFERENCE_DIGESTS,
  SPEAK_RECEIPTS,
  sharedMembers,
} from "../call/entries.ts";
import type { ReadCall } from "../call/record.ts";
import { GaitError } from "../finding/error.ts";
import { jsonInputError } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { canonicalBytes } from "../json/jcs.ts";
import type { Measurements } from "../zip/measure.ts";
import type { ByteSink } from "../zip/writer.ts";
import { type BuildOptions, type Built, type PackMember, writePack } from "./build-pack.ts";
import { RUN_SOURCE } from "./run-payload.ts";

/** Writes the pack of a call whose runpack was verified as that of run `runId`, and whose bytes are `source`. */
export function buildCallPack(
  call: ReadCall,
  runId: string,
  source: ByteSource,
  sink: ByteSink,
  options: BuildOptions,
  known?: Measurements,
): Promise<Built> {
  const { lines, references } = call;
  const shared = {
    ...sharedMembers({
      created_at: call.createdAt,
      call_id: call.callId,
      privacy_mode: call.privacyMode,
      ...(call.environmentFingerprint === undefined ? {} : { environment_fingerprint: call.environmentFingerprint }),
    }),
    ...countsOf(lines, references),
    schema_version: "1.0.0",
  };
  const payload: JsonObject = { ...shared, schema_id: "gait.pack.call", ...(runId === "" ? {} : { run_id: runId }) };
  const inner = { ...shared, schema_id: "gait.voice.callpack_manifest", producer_version: call.producerVersion };
  const members: PackMember[] = [
    { path: CALL_EVENTS, content: lineBytes(lines.events) },
    { path: CALL_PAYLOAD, content: canonicalBytes(payload) },
    { path: CALLPACK_MANIFEST, content: canonicalBytes(inner) },
    { path: COMMITMENTS, content: lineBytes(lines.commitments) },
    { path: GATE_DECISIONS, content: lineBytes(lines.decisions) },
    { path: REFERENCE_DIGESTS, content: canonicalBytes(references as unknown as JsonObject) },
    { path: RUN_SOURCE, content: source, known },
    { path: SPEAK_RECEIPTS, content: lineBytes(lines.receipts) },
  ];
  return writePack("call", call.callId, members, sink, options);
}

/**
 * Writes the pack of an authorization; `files` are what it links, by their paths, whole.
 * @throws GaitError `invalid_input` where a file is not the one whose digest the bundle gives
 */
export function buildAuthorizationPack(
  bundle: AuthorizationBundle,
  files: ReadonlyMap<string, Uint8Array>,
  sink: ByteSink,
  options: BuildOptions,
): Promise<Built> {
  const filled: Record<string, unknown> = { ...bundle };
  for (const { kind, path, digest } of linkedBy(bundle)) {
    const actual = digestOfLinked(path, files.get(path) ?? new Uint8Array(0), options);
    if (digest !== undefined && digest !== actual)
      throw new GaitError("invalid_input", `${path} has the digest ${actual}, and the bundle gives ${digest}`, {
        hint: "It was changed after the bundle was written: link the file that was meant, or leave out the digest.",
      });
    filled[`${kind}_digest`] = actual;
  }
  const members: PackMember[] = [
    { path: AUTHORIZATION_BUNDLE, content: canonicalBytes(filled as JsonObject) },
    ...[...files].map(([path, content]) => ({ path: LINKED_FOLDER + path, content })),
  ];
  return writePack("authorization", bundle.trace_id, members, sink, options);
}

function digestOfLinked(path: string, bytes: Uint8Array, { platform }: BuildOptions): string {
  try {
    return linkedDigest(path, bytes, platform);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, path);
    throw error;
  }
}
