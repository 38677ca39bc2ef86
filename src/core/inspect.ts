/** What an artifact holds (contract 2.8), read after it was verified; of a bad one, what can still be read. */
import type { Control, EvidenceContent } from "../schema/guard.ts";
import type { RunpackSummary } from "../schema/guard-entry.ts";
import type { JobCheckpoint, JobEvent, JobPayload } from "../schema/job.ts";
import type { RunPayload } from "../schema/pack.ts";
import type { EvidencePackReport } from "./evidence-pack-report.ts";
import { lastJobEvents } from "./job-events.ts";
import type { JobEvidence } from "./job-pack.ts";
import { JOB_EVENTS } from "./job-payload.ts";
import { compareUtf8 } from "./order.ts";
import { type IntentResult, intentResults } from "./run-entries.ts";
import { RUN_SOURCE, runPayload } from "./run-payload.ts";
import type { RunpackReport } from "./runpack.ts";
import type { ByteSource } from "./source.ts";
import type { Verification, VerifyOptions } from "./verify.ts";
import { type Archive, openArchive, surroundingsOf } from "./zip/reader.ts";

export interface RunLineage {
  readonly timeline_events: number;
  readonly receipt_count: number;
  readonly intent_results: readonly IntentResult[];
}

export interface JobLineage {
  readonly event_count: number;
  readonly last_event_type?: string;
  /** In byte order of the ids. */
  readonly checkpoint_refs?: readonly Pick<JobCheckpoint, "checkpoint_id" | "type" | "reason_code">[];
}

/** A control of an evidence pack, with the entries that are evidence of it. */
export interface ControlEvidence extends Pick<Control, "control_id" | "title"> {
  readonly evidence: readonly (Pick<EvidenceContent, "path"> & Partial<EvidenceContent>)[];
  /** False where there is nothing to show. */
  readonly has_evidence: boolean;
}

export interface Inspection {
  /** As stored in a run pack; of a runpack, what a pack of it would have. */
  readonly runPayload?: RunPayload;
  /** Absent where the runpack could not be read. */
  readonly runLineage?: RunLineage;
  readonly jobPayload?: JobPayload;
  readonly jobLineage?: JobLineage;
  /** The last events of the log, `MAX_TIMELINE_EVENTS` at most; `jobLineage` says how many there are. */
  readonly jobTimeline?: readonly JobEvent[];
  /** Of an evidence pack, in the order of its template. */
  readonly controls?: readonly ControlEvidence[];
  readonly runpackSummary?: RunpackSummary;
}

/** A log may have a million events; who wants them all reads the log. */
export const MAX_TIMELINE_EVENTS = 200;

export async function inspectArtifact(
  source: ByteSource,
  verified: Verification,
  options: VerifyOptions,
): Promise<Inspection> {
  const { platform, limits } = options;
  if (verified.runpack !== undefined) {
    const archive = await openArchive(source, platform, limits);
    const payload = runPayload(verified.runpack);
    return {
      ...(payload === undefined ? {} : { runPayload: payload }),
      ...(await lineageOf(archive, verified.runpack)),
    };
  }
  const { pack, evidencePack } = verified;
  if (evidencePack !== undefined) return inspectEvidence(evidencePack);
  if (pack?.job !== undefined) return inspectJob(await openArchive(source, platform, limits), pack.job);
  if (pack?.runpack === undefined) return {};
  if (pack.runpack.manifest === undefined) return pack.payload === undefined ? {} : { runPayload: pack.payload };
  const archive = await openArchive(source, platform, limits);
  const embeddedSource = await archive.open(RUN_SOURCE);
  try {
    const embedded = await openArchive(embeddedSource, platform, limits, surroundingsOf(archive));
    return {
      ...(pack.payload === undefined ? {} : { runPayload: pack.payload }),
      ...(await lineageOf(embedded, pack.runpack)),
    };
  } finally {
    embeddedSource.dispose();
  }
}

function inspectEvidence({ manifest, runpackSummary }: EvidencePackReport): Inspection {
  const contents = new Map(manifest?.contents.map((content) => [content.path, content]));
  const controls = manifest?.control_index?.map(({ control_id, title, evidence_paths }) => ({
    control_id,
    title,
    evidence: evidence_paths.map((path) => contents.get(path) ?? { path }),
    has_evidence: evidence_paths.length > 0,
  }));
  return {
    ...(controls === undefined ? {} : { controls }),
    ...(runpackSummary === undefined ? {} : { runpackSummary }),
  };
}

async function inspectJob(archive: Archive, job: JobEvidence): Promise<Inspection> {
  const { payload, state, events, lastEventType, contents } = job;
  const checkpoints = (state?.checkpoints ?? [])
    .map(({ checkpoint_id, type, reason_code }) => ({ checkpoint_id, type, reason_code }))
    .sort((left, right) => compareUtf8(left.checkpoint_id, right.checkpoint_id));
  const readable = contents.sound.has(JOB_EVENTS);
  return {
    ...(payload === undefined ? {} : { jobPayload: payload }),
    jobLineage: {
      event_count: events,
      ...(lastEventType === undefined ? {} : { last_event_type: lastEventType }),
      ...(checkpoints.length > 0 ? { checkpoint_refs: checkpoints } : {}),
    },
    ...(readable ? { jobTimeline: await lastJobEvents(archive, MAX_TIMELINE_EVENTS) } : {}),
  };
}

/** Nothing where a document of the runpack could not be read: a lineage with holes would mislead. */
async function lineageOf(
  archive: Archive,
  { run, refs, contents }: RunpackReport,
): Promise<{ runLineage?: RunLineage }> {
  if (run === undefined || refs === undefined) return {};
  if (!contents.sound.has("intents.jsonl") || !contents.sound.has("results.jsonl")) return {};
  return {
    runLineage: {
      timeline_events: run.timeline?.length ?? 0,
      receipt_count: refs.receipts.length,
      intent_results: await intentResults(archive),
    },
  };
}
