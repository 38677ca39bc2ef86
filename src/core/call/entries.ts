/** The entries of a call pack (contract 7.2): their paths, their bytes, and the rules that hold between them. */
import type {
  CallEvent,
  CallPackManifest,
  CallPayload,
  CommitmentIntent,
  GateDecision,
  ReferenceDigests,
  SpeakReceipt,
} from "../../schema/document/decision.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { canonicalize } from "../json/jcs.ts";

export const CALL_PAYLOAD = "call_payload.json";
export const CALLPACK_MANIFEST = "callpack_manifest.json";
export const CALL_EVENTS = "call_events.jsonl";
export const COMMITMENTS = "commitments.jsonl";
export const GATE_DECISIONS = "gate_decisions.jsonl";
export const SPEAK_RECEIPTS = "speak_receipts.jsonl";
export const REFERENCE_DIGESTS = "reference_digests.json";

/** What a call pack holds beside its runpack. */
export interface CallLines {
  readonly events: readonly CallEvent[];
  readonly commitments: readonly CommitmentIntent[];
  readonly decisions: readonly GateDecision[];
  readonly receipts: readonly SpeakReceipt[];
}

const REQUIRED_EVENTS = [
  ...["asr.final", "commitment.declared", "gate.decision", "tts.request", "tts.emitted"],
  ...["tool.intent", "tool.result"],
];

/** Where something breaks a rule, and how. */
export interface CallFault {
  readonly path: string;
  readonly message: string;
}

/** What is wrong between the lines of a call: nothing may be said that the gate had not allowed before. */
export function callFaults(callId: string, lines: CallLines): CallFault[] {
  const { events, decisions, receipts } = lines;
  const faults: CallFault[] = [];
  const types = new Set(events.map(({ event_type: type }) => type));
  for (const type of REQUIRED_EVENTS)
    if (!types.has(type)) faults.push({ path: CALL_EVENTS, message: `there is no event ${type}` });
  for (const [path, each] of [
    [CALL_EVENTS, events],
    [COMMITMENTS, lines.commitments],
    [GATE_DECISIONS, decisions],
    [SPEAK_RECEIPTS, receipts],
  ] as const) {
    const other = each.findIndex(({ call_id: id }) => id !== callId);
    if (other >= 0) faults.push({ path: `${path}:${other + 1}`, message: "it is of another call" });
  }
  for (const [index, event] of events.entries()) {
    const { event_type: type, commitment_class: committed, say_token_id: token } = event;
    if (type !== "tts.emitted" || committed === undefined) continue;
    const said = receipts.some(
      (receipt) =>
        isAt(receipt, event, committed) && receipt.call_seq === event.call_seq && receipt.say_token_id === token,
    );
    const path = `${CALL_EVENTS}:${index + 1}`;
    if (token === undefined) faults.push({ path, message: `a ${committed} was said without a token` });
    else if (!said) faults.push({ path, message: `a ${committed} was said, and there is no receipt of it` });
  }
  for (const [index, receipt] of receipts.entries()) {
    const path = `${SPEAK_RECEIPTS}:${index + 1}`;
    const verdict = latestVerdict(decisions, receipt);
    if (verdict === "allow") continue;
    const found = verdict === undefined ? "no decision about it before" : `the latest decision before it is ${verdict}`;
    faults.push({ path, message: `a ${receipt.commitment_class} was said, and ${found}` });
  }
  return faults;
}

/** Of the same class and turn, at the receipt's place in the call or before it. */
function latestVerdict(decisions: readonly GateDecision[], receipt: SpeakReceipt): GateDecision["verdict"] | undefined {
  let latest: GateDecision | undefined;
  for (const decision of decisions) {
    if (!isAt(decision, receipt, receipt.commitment_class) || decision.call_seq > receipt.call_seq) continue;
    // Of two at the same place the stricter counts.
    if (latest === undefined || decision.call_seq > latest.call_seq) latest = decision;
    else if (decision.call_seq === latest.call_seq && decision.verdict !== "allow") latest = decision;
  }
  return latest?.verdict;
}

function isAt(
  one: { readonly turn_index: number; readonly commitment_class: string },
  { turn_index: turn }: { readonly turn_index: number },
  committed: string,
): boolean {
  return one.turn_index === turn && one.commitment_class === committed;
}

export type CallCounts = Pick<
  CallPayload,
  "event_count" | "commitment_count" | "decision_count" | "speak_receipt_count" | "reference_digest_count"
>;

export function countsOf(lines: CallLines, references: ReferenceDigests): CallCounts {
  return {
    event_count: lines.events.length,
    commitment_count: lines.commitments.length,
    decision_count: lines.decisions.length,
    speak_receipt_count: lines.receipts.length,
    reference_digest_count: references?.length ?? 0,
  };
}

/** Canonical JSON, a record a line, each ended. */
export function lineBytes(records: readonly object[]): Uint8Array {
  return new TextEncoder().encode(records.map((record) => `${canonicalize(record as JsonObject)}\n`).join(""));
}

/** The members that both documents of a call have. */
export function sharedMembers({
  created_at,
  call_id,
  privacy_mode,
  environment_fingerprint: fingerprint,
}: Pick<CallPackManifest, "created_at" | "call_id" | "privacy_mode" | "environment_fingerprint">) {
  return {
    created_at,
    call_id,
    privacy_mode,
    ...(fingerprint === undefined ? {} : { environment_fingerprint: fingerprint }),
  };
}
