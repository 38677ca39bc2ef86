/** The evidence in a job pack: payload, state and log, checked against each other (contract 2.3, 2.6, 4.6). */
import type { JobEvent, JobPayload, JobState } from "../../schema/document/job.ts";
import type { PackManifest } from "../../schema/document/pack.ts";
import { jobPayloadValidator, jobStateValidator } from "../../schema/validator/job.ts";
import { documentLimit } from "../contents/document-limit.ts";
import type { EvidenceFormat } from "../contents/format.ts";
import type { Finding } from "../finding/finding.ts";
import { createJobEventsChecker } from "../job/event-lines.ts";
import { checkLogSignature } from "../job/log-signature.ts";
import { JOB_EVENTS, JOB_PAYLOAD, JOB_STATE, jobPayloadFindings } from "../job/pack-files.ts";
import { readDocument } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import type { PublicKey } from "../signature/signature.ts";
import type { Archive } from "../zip/reader.ts";
import { isAttachment } from "./attachment.ts";
import { PACK } from "./manifest.ts";
import { PROOF_RECORDS } from "./proof-records.ts";
import type { Proven } from "./proven-format.ts";

const JOB_FILES: readonly string[] = [JOB_EVENTS, JOB_PAYLOAD, JOB_STATE];

export interface JobEvidence extends Proven {
  /** Events in the log, and the type of the last. */
  readonly events: number;
  readonly lastEventType: string | undefined;
  /** Present if they match their schemas and digests. */
  readonly payload?: JobPayload;
  readonly state?: JobState;
}

export const JOB_PACK: EvidenceFormat<PackManifest, JobEvidence> = {
  ...PACK,
  required: () => JOB_FILES,
  isKnown: (path) => JOB_FILES.includes(path) || path === PROOF_RECORDS || isAttachment(path),
  documents: { [JOB_PAYLOAD]: jobPayloadValidator, [JOB_STATE]: jobStateValidator },
  async examine({ archive, manifest, options: { keys, platform } }) {
    const remarks: string[] = [];
    // The log precedes the state in the archive and is read only once, so the state is parsed first. It is used only if
    // its digest turns out to match.
    const events = createJobEventsChecker(await stateAhead(archive), platform, (remark) =>
      remarks.push(`${JOB_EVENTS}: ${remark}`),
    );
    return {
      observers: new Map([[JOB_EVENTS, events.observer]]),
      async conclude({ contents, document }) {
        const payload = document<JobPayload>(JOB_PAYLOAD);
        const state = document<JobState>(JOB_STATE);
        const findings: Finding[] = [];
        if (payload !== undefined) findings.push(...jobPayloadFindings(payload, state, manifest.source_ref.trim()));
        const found = events.end();
        const { last } = events;
        if (contents.sound.has(JOB_EVENTS)) {
          findings.push(...found);
          if (last !== undefined) findings.push(...(await signatureFindings(last, keys, platform)));
        }
        return {
          findings,
          warnings: remarks,
          evidence: {
            events: events.count,
            lastEventType: last?.type,
            ...(payload === undefined ? {} : { payload }),
            ...(state === undefined ? {} : { state }),
          },
        };
      },
    };
  },
};

/** A log may be unsigned in a signed pack; a signature of it that names a trusted key must verify. */
async function signatureFindings(
  last: JobEvent,
  keys: readonly PublicKey[],
  platform: Platform,
): Promise<readonly Finding[]> {
  const { keyId } = await checkLogSignature(last, [], JOB_EVENTS, platform);
  const named = keys.filter(({ id }) => id === keyId);
  if (named.length === 0) return [];
  const { finding } = await checkLogSignature(last, named, JOB_EVENTS, platform);
  return finding === undefined ? [] : [finding];
}

async function stateAhead(archive: Archive): Promise<JobState | undefined> {
  if (!archive.has(JOB_STATE)) return undefined;
  const { bytes } = await archive.bytes(JOB_STATE, documentLimit(archive, JOB_STATE));
  return bytes === undefined ? undefined : readDocument(bytes, JOB_STATE, jobStateValidator).value;
}
