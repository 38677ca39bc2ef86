/** The evidence in a run pack: the payload, the embedded runpack, and the context (contract 2.2). */
import type { ContextEnvelope } from "../../schema/document/context.ts";
import type { PackManifest, RunPayload } from "../../schema/document/pack.ts";
import { contextEnvelopeValidator } from "../../schema/validator/context.ts";
import { runPayloadValidator } from "../../schema/validator/pack.ts";
import { collector } from "../contents/contents.ts";
import type { EvidenceFormat, FormatOptions } from "../contents/format.ts";
import { ambiguityFindings, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { finding, inside } from "../finding/finding.ts";
import { type RunpackReport, unreadableRunpack, verifyRunpack } from "../run/verify-runpack.ts";
import { sameDigest } from "../signature/digest.ts";
import type { Archive, Holding } from "../zip/reader.ts";
import { isAttachment } from "./attachment.ts";
import { CONTEXT_ENVELOPE, contextFindings } from "./context.ts";
import { PACK } from "./manifest.ts";
import { PROOF_RECORDS } from "./proof-records.ts";
import type { Proven } from "./proven-format.ts";
import { RUN_PAYLOAD, RUN_SOURCE, runPayloadFindings } from "./run-payload.ts";

const KNOWN_FILES: readonly string[] = [RUN_PAYLOAD, RUN_SOURCE, CONTEXT_ENVELOPE, PROOF_RECORDS];

export interface RunPackEvidence extends Proven {
  /** Present if they match their schemas and digests. */
  readonly payload?: RunPayload;
  readonly runpack?: RunpackReport;
}

/** A runpack that was verified before, without keys: where a pack holds these very bytes, its entries are not read again. */
export interface KnownRunpack {
  /** Of the whole file, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly report: RunpackReport;
}

export const runPack = (known?: KnownRunpack): EvidenceFormat<PackManifest, RunPackEvidence> => ({
  ...PACK,
  required: () => [RUN_PAYLOAD, RUN_SOURCE],
  isKnown: (path) => KNOWN_FILES.includes(path) || isAttachment(path),
  documents: { [RUN_PAYLOAD]: runPayloadValidator, [CONTEXT_ENVELOPE]: contextEnvelopeValidator },
  examine({ archive, manifest, options }) {
    const source = collector(KEPT_SOURCE_BYTES);
    // A file with an observer can't be read on another thread: a large one is read a second time instead.
    const isKept = archive.has(RUN_SOURCE) && archive.entry(RUN_SOURCE).uncompressedSize <= KEPT_SOURCE_BYTES;
    return {
      observers: new Map(isKept ? [[RUN_SOURCE, source.observer]] : []),
      async conclude({ contents, document }) {
        const payload = document<RunPayload>(RUN_PAYLOAD);
        const envelope = document<ContextEnvelope>(CONTEXT_ENVELOPE);
        const held = (isKept ? source.bytes() : undefined) ?? "in place";
        const declared = manifest.contents.find(({ path }) => path === RUN_SOURCE)?.sha256;
        const report = known !== undefined && sameDigest(known.sha256, declared ?? "") ? known.report : undefined;
        const runpack = contents.sound.has(RUN_SOURCE) ? await verifySource(archive, held, options, report) : undefined;
        const findings = runpack === undefined ? [] : inside(RUN_SOURCE, runpack.findings);
        if (payload !== undefined && runpack !== undefined) {
          findings.push(...runPayloadFindings(payload, runpack, manifest.source_ref.trim()));
          const { refs } = runpack;
          if (refs !== undefined)
            findings.push(...contextFindings(payload, refs, envelope, RUN_PAYLOAD, options.platform));
        }
        return {
          findings,
          warnings: (runpack?.warnings ?? []).map((warning) => `${RUN_SOURCE}!/${warning}`),
          evidence: {
            ...(payload === undefined ? {} : { payload }),
            ...(runpack === undefined ? {} : { runpack }),
          },
        };
      },
    };
  },
});

/** A runpack up to this size is kept in memory after hashing, instead of being inflated again. */
const KEPT_SOURCE_BYTES = 256 * 1024;

/**
 * Verifies the embedded runpack with the code for runpacks. Of its own signatures those count that name a given
 * key: the pack's are what makes it authentic. Its layout is read even where there is a `report` on these bytes: the limits are for both archives together.
 */
export async function verifySource(
  archive: Archive,
  held: Holding,
  options: FormatOptions,
  report: RunpackReport | undefined,
): Promise<RunpackReport> {
  try {
    const embedded = await archive.inside(RUN_SOURCE, held);
    if (embedded.layout.findings.length > 0) return unreadableRunpack(embedded.layout.findings);
    const ambiguous = ambiguityFindings(embedded);
    if (ambiguous.length > 0) return unreadableRunpack(ambiguous);
    if (report !== undefined) return report;
    if (embedded.has(RUNPACK_MANIFEST)) return await verifyRunpack(embedded, { ...options, isEmbedded: true });
    return unreadableRunpack([finding("manifest_missing", { message: `the archive has no ${RUNPACK_MANIFEST}` })]);
  } catch (error) {
    if (!(error instanceof GaitError) || error.code !== "not_an_archive") throw error;
    return unreadableRunpack([
      finding("source_invalid", { message: "this is not a runpack: it is not a ZIP archive" }),
    ]);
  }
}

/** The archive of the runpack as verified, or as far as it can be read; `undefined` if there is none. */
export async function runpackArchive(archive: Archive): Promise<Archive | undefined> {
  if (!archive.has(RUN_SOURCE)) return undefined;
  try {
    // If it was not verified, its digest does not match: show exactly the bytes that were hashed.
    return await archive.inside(RUN_SOURCE, "copied");
  } catch (error) {
    if (error instanceof GaitError && error.code === "not_an_archive") return undefined;
    throw error;
  }
}
