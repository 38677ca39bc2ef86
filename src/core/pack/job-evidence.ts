/** What a job pack holds beside its manifest: payload, state and log, held against each other (contract 2.3, 2.6, 4.6). */
import type { JobPayload, JobState } from "../../schema/document/job.ts";
import type { PackManifest } from "../../schema/document/pack.ts";
import { jobPayloadValidator, jobStateValidator } from "../../schema/validator/job.ts";
import { type ContentsReport, checkContents, collector, unreadWarnings } from "../contents/contents.ts";
import { PACK_MANIFEST } from "../contents/manifest.ts";
import type { Finding } from "../finding/finding.ts";
import { createJobEventsChecker } from "../job/event-lines.ts";
import { JOB_EVENTS, JOB_PAYLOAD, JOB_STATE, jobPayloadFindings } from "../job/pack-files.ts";
import { declaredDocument, MAX_DOCUMENT_BYTES, readDocument } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import type { Archive } from "../zip/reader.ts";

const JOB_FILES: readonly string[] = [JOB_EVENTS, JOB_PAYLOAD, JOB_STATE];

export interface JobEvidence {
  readonly contents: ContentsReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Events in the log, and the type of the last. */
  readonly events: number;
  readonly lastEventType: string | undefined;
  /** Present when they are what their schemas say, and their bytes are the declared ones. */
  readonly payload?: JobPayload;
  readonly state?: JobState;
}

export async function verifyJobEvidence(
  archive: Archive,
  manifest: PackManifest,
  platform: Platform,
): Promise<JobEvidence> {
  const warnings: string[] = [];
  const payloadFile = collector(MAX_DOCUMENT_BYTES);
  const stateFile = collector(MAX_DOCUMENT_BYTES);
  // The log comes before the state in the archive, and is read only once: so the state is looked at first. What comes
  // of that counts only if the bytes turn out to be the declared ones.
  const events = createJobEventsChecker(await stateAhead(archive), (remark) =>
    warnings.push(`${JOB_EVENTS}: ${remark}`),
  );
  const contents = await checkContents(
    archive,
    PACK_MANIFEST,
    manifest.contents,
    {
      required: JOB_FILES,
      observers: new Map([
        [JOB_EVENTS, events.observer],
        [JOB_PAYLOAD, payloadFile.observer],
        [JOB_STATE, stateFile.observer],
      ]),
    },
    platform,
  );
  const findings: Finding[] = [...contents.findings];
  const payload = declaredDocument(contents, JOB_PAYLOAD, payloadFile.bytes(), jobPayloadValidator, findings);
  const state = declaredDocument(contents, JOB_STATE, stateFile.bytes(), jobStateValidator, findings);
  if (payload !== undefined) findings.push(...jobPayloadFindings(payload, state, manifest.source_ref.trim()));
  const found = events.end();
  if (contents.sound.has(JOB_EVENTS)) findings.push(...found);
  return {
    contents,
    findings,
    warnings: [...unreadWarnings(contents, (path) => JOB_FILES.includes(path)), ...warnings],
    events: events.count,
    lastEventType: events.lastType,
    ...(payload === undefined ? {} : { payload }),
    ...(state === undefined ? {} : { state }),
  };
}

async function stateAhead(archive: Archive): Promise<JobState | undefined> {
  if (!archive.has(JOB_STATE)) return undefined;
  const { bytes } = await archive.bytes(JOB_STATE, MAX_DOCUMENT_BYTES);
  return bytes === undefined ? undefined : readDocument(bytes, JOB_STATE, jobStateValidator).value;
}
