/** The evidence in a call pack (contract 7.2): what was decided and said, and the runpack of the call's run. */
import type {
  CallEvent,
  CallPackManifest,
  CallPayload,
  CommitmentIntent,
  GateDecision,
  ReferenceDigests,
  SpeakReceipt,
} from "../../schema/document/decision.ts";
import type { PackManifest } from "../../schema/document/pack.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import {
  callEventValidator,
  callPackManifestValidator,
  callPayloadValidator,
  commitmentIntentValidator,
  gateDecisionValidator,
  referenceDigestsValidator,
  speakReceiptValidator,
} from "../../schema/validator/decision.ts";
import {
  CALL_EVENTS,
  CALL_PAYLOAD,
  CALLPACK_MANIFEST,
  type CallLines,
  COMMITMENTS,
  callFaults,
  countsOf,
  GATE_DECISIONS,
  REFERENCE_DIGESTS,
  SPEAK_RECEIPTS,
} from "../call/entries.ts";
import { collector } from "../contents/contents.ts";
import type { EvidenceFormat } from "../contents/format.ts";
import { type Finding, finding, inside } from "../finding/finding.ts";
import { jsonFinding, jsonPath, textIssues } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { createLineReader, isBlankLine } from "../json/lines.ts";
import { parseJsonText } from "../json/parse.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { isAttachment } from "./attachment.ts";
import { PACK } from "./manifest.ts";
import { PROOF_RECORDS } from "./proof-records.ts";
import type { Proven } from "./proven-format.ts";
import { verifySource } from "./run-evidence.ts";
import { RUN_SOURCE } from "./run-payload.ts";

/** A call is spoken: its lines are few. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FINDINGS = 20;

const LINES = [CALL_EVENTS, COMMITMENTS, GATE_DECISIONS, SPEAK_RECEIPTS];
const FILES: readonly string[] = [...LINES, CALL_PAYLOAD, CALLPACK_MANIFEST, REFERENCE_DIGESTS, RUN_SOURCE];

export interface CallEvidence extends Proven {
  /** Present if they match their schemas and digests. */
  readonly payload?: CallPayload;
  readonly lines?: CallLines;
  readonly runpack?: RunpackReport;
}

export const CALL_PACK: EvidenceFormat<PackManifest, CallEvidence> = {
  ...PACK,
  required: () => FILES,
  isKnown: (path) => FILES.includes(path) || path === PROOF_RECORDS || isAttachment(path),
  documents: {
    [CALL_PAYLOAD]: callPayloadValidator,
    [CALLPACK_MANIFEST]: callPackManifestValidator,
    [REFERENCE_DIGESTS]: referenceDigestsValidator,
  },
  examine({ archive, manifest, options }) {
    const held = new Map(LINES.map((path) => [path, collector(MAX_BYTES)]));
    return {
      observers: new Map([...held].map(([path, { observer }]) => [path, observer])),
      async conclude({ contents, document }) {
        const { sound } = contents;
        const findings: Finding[] = [];
        const read = <T>(path: string, validator: Validator<T>): T[] | undefined =>
          sound.has(path) ? linesOf(path, held.get(path)?.bytes(), validator, findings) : undefined;
        const events = read<CallEvent>(CALL_EVENTS, callEventValidator);
        const commitments = read<CommitmentIntent>(COMMITMENTS, commitmentIntentValidator);
        const decisions = read<GateDecision>(GATE_DECISIONS, gateDecisionValidator);
        const receipts = read<SpeakReceipt>(SPEAK_RECEIPTS, speakReceiptValidator);
        const payload = document<CallPayload>(CALL_PAYLOAD);
        const inner = document<CallPackManifest>(CALLPACK_MANIFEST);
        const isRead = events !== undefined && commitments !== undefined && decisions !== undefined;
        const lines = isRead && receipts !== undefined ? { events, commitments, decisions, receipts } : undefined;
        const runpack = sound.has(RUN_SOURCE) ? await verifySource(archive, "in place", options, undefined) : undefined;
        findings.push(...inside(RUN_SOURCE, runpack?.findings ?? []));
        const stated = { payload, inner, references: document<ReferenceDigests>(REFERENCE_DIGESTS), sound };
        findings.push(...agreement(manifest.source_ref.trim(), stated, lines, runpack));
        if (payload !== undefined && lines !== undefined)
          for (const { path, message } of callFaults(payload.call_id, lines).slice(0, MAX_FINDINGS))
            findings.push(finding("call_rule_broken", { path, message }));
        return {
          findings,
          warnings: (runpack?.warnings ?? []).map((warning) => `${RUN_SOURCE}!/${warning}`),
          evidence: {
            ...(payload === undefined ? {} : { payload }),
            ...(lines === undefined ? {} : { lines }),
            ...(runpack === undefined ? {} : { runpack }),
          },
        };
      },
    };
  },
};

interface Stated {
  readonly payload: CallPayload | undefined;
  readonly inner: CallPackManifest | undefined;
  readonly references: ReferenceDigests | undefined;
  readonly sound: ReadonlySet<string>;
}

/** Payload, manifest of the call and its lines say the same. */
function agreement(
  sourceRef: string,
  { payload, inner, references, sound }: Stated,
  lines: CallLines | undefined,
  runpack: RunpackReport | undefined,
): Finding[] {
  const findings: Finding[] = [];
  const expect = (path: string, expected: unknown, actual: unknown, message: string): void => {
    if (expected === actual) return;
    const told = { expected: String(expected ?? "none"), actual: String(actual ?? "none") };
    findings.push(finding("payload_mismatch", { path, message, ...told }));
  };
  if (payload === undefined) return findings;
  const at = (member: string): string => `${CALL_PAYLOAD}#$.${member}`;
  expect(at("call_id"), sourceRef, payload.call_id, "the payload's call differs from the manifest's source_ref");
  if (runpack !== undefined)
    expect(at("run_id"), runpack.runId, payload.run_id, "the payload's run is not that of the runpack");
  if (lines !== undefined && sound.has(REFERENCE_DIGESTS))
    for (const [member, count] of Object.entries(countsOf(lines, references ?? null)))
      expect(at(member), count, payload[member as keyof CallPayload], "the payload does not count what is there");
  if (inner === undefined) return findings;
  const { schema_id: _, run_id: run, ...shared } = payload;
  for (const [member, value] of Object.entries(shared))
    expect(
      `${CALLPACK_MANIFEST}#$.${member}`,
      value,
      inner[member as keyof CallPackManifest],
      "the manifest of the call differs from the payload",
    );
  return findings;
}

function linesOf<T>(
  path: string,
  bytes: Uint8Array | undefined,
  validator: Validator<T>,
  findings: Finding[],
): T[] | undefined {
  if (bytes === undefined) {
    const message = `the file is larger than ${MAX_BYTES} bytes`;
    findings.push(finding("document_too_large", { path, message }));
    return undefined;
  }
  const before = findings.length;
  const records: T[] = [];
  const reader = createLineReader((chunk, start, end, line) => {
    if (isBlankLine(chunk, start, end) || findings.length - before >= MAX_FINDINGS) return;
    const place = `${path}:${line}`;
    try {
      const text = parseJsonText(chunk, { start, end, line });
      const [issue] = textIssues(text, chunk, validator, { start, end });
      if (issue === undefined) records.push(text.value as unknown as T);
      else {
        const { message, expected, actual } = issue;
        findings.push(
          finding("record_invalid", { path: `${place}#${jsonPath(issue.path)}`, message, expected, actual }),
        );
      }
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      findings.push(jsonFinding(error, place));
    }
  }, MAX_BYTES);
  reader.push(bytes);
  reader.end();
  return findings.length === before ? records : undefined;
}
