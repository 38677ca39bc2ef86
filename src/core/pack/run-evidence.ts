import type { PackManifest, RunPayload } from "../../schema/document/pack.ts";
import { contextEnvelopeValidator } from "../../schema/validator/context.ts";
import { runPayloadValidator } from "../../schema/validator/pack.ts";
import { bytesSource } from "../bytes/source.ts";
import { type ContentsReport, checkContents, collector, unreadWarnings } from "../contents/contents.ts";
import { ambiguityFindings, PACK_MANIFEST, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding, inside } from "../finding/finding.ts";
import { declaredDocument, MAX_DOCUMENT_BYTES } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import { type RunpackReport, unreadableRunpack, verifyRunpack } from "../run/verify-runpack.ts";
import type { PublicKey } from "../signature/signature.ts";
import type { ZipLimits } from "../zip/limits.ts";
import { type Archive, openArchive, surroundingsOf } from "../zip/reader.ts";
import { CONTEXT_ENVELOPE, contextFindings } from "./context.ts";
import { RUN_PAYLOAD, RUN_SOURCE, runPayloadFindings } from "./run-payload.ts";

const KNOWN_FILES: readonly string[] = [RUN_PAYLOAD, RUN_SOURCE, CONTEXT_ENVELOPE];

export interface PackVerifyOptions {
  readonly keys: readonly PublicKey[];
  readonly platform: Platform;
  readonly limits?: ZipLimits | undefined;
}

export interface RunEvidence {
  readonly contents: ContentsReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Present when they are what their schemas say, and their bytes are the declared ones. */
  readonly payload?: RunPayload;
  readonly runpack?: RunpackReport;
}

export async function verifyRunEvidence(
  archive: Archive,
  manifest: PackManifest,
  options: PackVerifyOptions,
): Promise<RunEvidence> {
  const payloadFile = collector(MAX_DOCUMENT_BYTES);
  const envelopeFile = collector(MAX_DOCUMENT_BYTES);
  const sourceFile = collector(KEPT_SOURCE_BYTES);
  const observers = new Map([
    [RUN_PAYLOAD, payloadFile.observer],
    [CONTEXT_ENVELOPE, envelopeFile.observer],
  ]);
  // A file that is looked into can't be read on another thread: a large one is read a second time instead.
  if (archive.has(RUN_SOURCE) && archive.entry(RUN_SOURCE).uncompressedSize <= KEPT_SOURCE_BYTES)
    observers.set(RUN_SOURCE, sourceFile.observer);
  const contents = await checkContents(
    archive,
    PACK_MANIFEST,
    manifest.contents,
    { required: [RUN_PAYLOAD, RUN_SOURCE], observers },
    options.platform,
  );
  const findings: Finding[] = [...contents.findings];
  const payload = declaredDocument(contents, RUN_PAYLOAD, payloadFile.bytes(), runPayloadValidator, findings);
  const envelope = declaredDocument(
    contents,
    CONTEXT_ENVELOPE,
    envelopeFile.bytes(),
    contextEnvelopeValidator,
    findings,
  );
  const kept = observers.has(RUN_SOURCE) ? sourceFile.bytes() : undefined;
  const runpack = contents.sound.has(RUN_SOURCE) ? await verifySource(archive, kept, options) : undefined;
  if (runpack !== undefined) findings.push(...inside(RUN_SOURCE, runpack.findings));
  if (payload !== undefined && runpack !== undefined) {
    findings.push(...runPayloadFindings(payload, runpack, manifest.source_ref.trim()));
    const { refs } = runpack;
    if (refs !== undefined) findings.push(...contextFindings(payload, refs, envelope, RUN_PAYLOAD, options.platform));
  }
  return {
    contents,
    findings,
    warnings: [
      ...unreadWarnings(contents, (path) => KNOWN_FILES.includes(path)),
      ...(runpack?.warnings ?? []).map((warning) => `${RUN_SOURCE}!/${warning}`),
    ],
    ...(payload === undefined ? {} : { payload }),
    ...(runpack === undefined ? {} : { runpack }),
  };
}

/** A runpack up to this size is kept from when it was hashed, instead of being inflated again. */
const KEPT_SOURCE_BYTES = 256 * 1024;

/**
 * The runpack inside, judged by the code that judges runpacks. Its own signatures are not asked for: the pack's are.
 * `kept` is its bytes, where they are at hand.
 */
async function verifySource(
  archive: Archive,
  kept: Uint8Array | undefined,
  { platform, limits }: PackVerifyOptions,
): Promise<RunpackReport> {
  const source =
    kept === undefined ? await archive.open(RUN_SOURCE) : { ...bytesSource(kept), dispose: () => undefined };
  try {
    const embedded = await openArchive(source, platform, limits, surroundingsOf(archive));
    if (embedded.layout.findings.length > 0) return unreadableRunpack(embedded.layout.findings);
    const ambiguous = ambiguityFindings(embedded);
    if (ambiguous.length > 0) return unreadableRunpack(ambiguous);
    if (embedded.has(RUNPACK_MANIFEST)) return await verifyRunpack(embedded, [], platform);
    return unreadableRunpack([finding("manifest_missing", { message: `the archive has no ${RUNPACK_MANIFEST}` })]);
  } catch (error) {
    if (!(error instanceof GaitError) || error.code !== "not_an_archive") throw error;
    return unreadableRunpack([finding("source_invalid", { message: "this is no runpack: not even a ZIP archive" })]);
  } finally {
    source.dispose();
  }
}
