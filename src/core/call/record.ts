/** A call record, normalized into the entries of its pack (contract 7.2). */
import {
  type CallEvent,
  type CallPackManifest,
  COMMITMENT_CLASSES,
  type CommitmentIntent,
  type GateDecision,
  type ReferenceDigests,
  type SpeakReceipt,
  type SpokenCallRecord,
} from "../../schema/document/decision.ts";
import { spokenCallRecordValidator } from "../../schema/validator/decision.ts";
import { GaitError } from "../finding/error.ts";
import { assertNoFoldedNames, fitted, jsonInputError } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { parseJsonText } from "../json/parse.ts";
import { isSha256Hex } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { inputTime, toUtcWherePossible } from "../time/timestamp.ts";
import { type CallLines, callFaults } from "./entries.ts";

export interface ReadCall {
  readonly callId: string;
  readonly createdAt: string;
  readonly producerVersion: string;
  readonly privacyMode: CallPackManifest["privacy_mode"];
  readonly environmentFingerprint: string | undefined;
  /** As given: from the folder of the record. */
  readonly runpackPath: string;
  readonly lines: CallLines;
  readonly references: ReferenceDigests;
}

/** @throws GaitError `invalid_input` with the place of what is missing, wrong, or breaks a rule of calls */
export function readCallRecord(name: string, bytes: Uint8Array): ReadCall {
  const record = parsed(name, bytes);
  const at = new Place(name, "$");
  const callId = at.needed(record, "call_id");
  const privacy = at.text(record, "privacy_mode")?.toLowerCase() ?? "hash_only";
  if (privacy !== "hash_only" && privacy !== "dispute_encrypted")
    throw at.refused("privacy_mode", "hash_only or dispute_encrypted");
  const producerVersion = at.text(record, "producer_version") ?? "0.0.0-dev";
  const events = (record.events ?? []).map((event, index): CallEvent => {
    const here = new Place(name, `$.events[${index}]`);
    return {
      ...here.stamp(event, "gait.voice.call_event"),
      ...here.place(event, callId),
      event_type: here.needed(event, "event_type"),
      ...here.optionalClass(event),
      ...here.digests(event, ["intent_digest", "policy_digest", "payload_digest"]),
      ...here.optional(event, "say_token_id"),
    } as CallEvent;
  });
  const commitments = (record.commitments ?? []).map((commitment, index): CommitmentIntent => {
    const here = new Place(name, `$.commitments[${index}]`);
    const inside = new Place(name, `$.commitments[${index}].context`);
    const { context = {} } = commitment;
    const given = context ?? {};
    return {
      ...here.stamp(commitment, "gait.voice.commitment_intent"),
      producer_version: here.text(commitment, "producer_version") ?? producerVersion,
      ...here.place(commitment, callId),
      commitment_class: here.committed(commitment),
      ...here.digests(commitment, ["utterance_digest"]),
      context: {
        identity: inside.needed(given, "identity"),
        workspace: inside.needed(given, "workspace"),
        risk_class: inside.needed(given, "risk_class").toLowerCase(),
        ...inside.optional(given, "session_id", "request_id", "environment_fingerprint"),
      },
      ...upperCase(here.text(commitment, "currency")),
      ...withoutZero(commitment, "quote_min_cents", "quote_max_cents", "refund_ceiling_cents"),
      ...(commitment.approval_required === true ? { approval_required: true } : {}),
      ...setOf("approval_artifact_refs", commitment.approval_artifact_refs),
      ...setOf(
        "evidence_reference_digests",
        commitment.evidence_reference_digests?.map((each) => each.toLowerCase()),
      ),
    } as CommitmentIntent;
  });
  const decisions = (record.gate_decisions ?? []).map((decision, index): GateDecision => {
    const here = new Place(name, `$.gate_decisions[${index}]`);
    const verdict = here.needed(decision, "verdict").toLowerCase();
    if (!isVerdict(verdict)) throw here.refused("verdict", "allow, block, dry_run or require_approval");
    return {
      ...here.place(decision, callId),
      commitment_class: here.committed(decision),
      verdict,
      ...setOf("reason_codes", decision.reason_codes),
      ...here.digests(decision, ["intent_digest", "policy_digest"]),
      ...here.optional(decision, "approval_ref"),
    } as GateDecision;
  });
  const receipts = (record.speak_receipts ?? []).map((receipt, index): SpeakReceipt => {
    const here = new Place(name, `$.speak_receipts[${index}]`);
    const { spoken_digest: spoken } = here.digests(receipt, ["spoken_digest"]);
    if (spoken === undefined) throw here.refused("spoken_digest", "64 hex digits");
    return {
      ...here.place(receipt, callId),
      commitment_class: here.committed(receipt),
      say_token_id: here.needed(receipt, "say_token_id"),
      spoken_digest: spoken,
      emitted_at: here.time(receipt, "emitted_at"),
    };
  });
  const lines: CallLines = {
    events: events.sort((a, b) => a.call_seq - b.call_seq || compareUtf8(a.event_type, b.event_type)),
    commitments: commitments.sort(byPlace),
    decisions: decisions.sort(byPlace),
    receipts: receipts.sort(byPlace),
  };
  const [fault] = callFaults(callId, lines);
  if (fault !== undefined)
    throw new GaitError("invalid_input", `${name}: ${fault.message}`, {
      hint: "A call pack holds only what the gate allowed before it was said; docs/contract.md 7.2 has the rules.",
    });
  return {
    callId,
    createdAt: at.time(record, "created_at"),
    producerVersion,
    privacyMode: privacy,
    environmentFingerprint: at.text(record, "environment_fingerprint"),
    runpackPath: at.needed(record, "runpack_path"),
    lines,
    references: referencesOf(name, record.reference_digests ?? []),
  };
}

function parsed(name: string, bytes: Uint8Array): SpokenCallRecord {
  try {
    const { value } = parseJsonText(bytes);
    const record = fitted(spokenCallRecordValidator, value, "$");
    assertNoFoldedNames(spokenCallRecordValidator.schema, value, "$");
    return record;
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, name);
    if (error instanceof GaitError) throw new GaitError("invalid_input", `${name}: ${error.message}`, { hint: HINT });
    throw error;
  }
}

const HINT = "`gait schema show pack/call-record` describes a call record.";

type Members = { readonly [name: string]: unknown };

/** Reads members at one place of the record. */
class Place {
  readonly #name: string;
  readonly #where: string;

  constructor(name: string, where: string) {
    this.#name = name;
    this.#where = where;
  }

  refused(member: string, wanted: string): GaitError {
    return new GaitError("invalid_input", `${this.#name}: ${this.#where}.${member} must be ${wanted}`, { hint: HINT });
  }

  text(members: Members, name: string): string | undefined {
    const value = members[name];
    const text = typeof value === "string" ? value.trim() : "";
    return text === "" ? undefined : text;
  }

  needed(members: Members, name: string): string {
    const text = this.text(members, name);
    if (text === undefined) throw this.refused(name, "there, and not blank");
    return text;
  }

  optional(members: Members, ...names: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      names.flatMap((name) => {
        const text = this.text(members, name);
        return text === undefined ? [] : [[name, text]];
      }),
    );
  }

  time(members: Members, name: string): string {
    const value = members[name];
    const time = inputTime(typeof value === "string" ? value : undefined, `${this.#where}.${name}`);
    if (time === undefined) throw this.refused(name, "a time");
    return toUtcWherePossible(time);
  }

  digests(members: Members, names: readonly string[]): Record<string, string> {
    return Object.fromEntries(
      names.flatMap((name) => {
        const text = this.text(members, name)?.toLowerCase();
        if (text === undefined) return [];
        if (!isSha256Hex(text)) throw this.refused(name, "64 hex digits");
        return [[name, text]];
      }),
    );
  }

  /** Identity and place in the call. */
  place(members: Members, callId: string): { call_id: string; call_seq: number; turn_index: number } {
    if (this.needed(members, "call_id") !== callId) throw this.refused("call_id", "that of the call");
    const { call_seq: seq, turn_index: turn } = members;
    if (typeof seq !== "number" || seq < 1) throw this.refused("call_seq", "1 or more");
    if (turn !== undefined && turn !== null && (typeof turn !== "number" || turn < 0))
      throw this.refused("turn_index", "0 or more");
    return { call_id: callId, call_seq: seq, turn_index: typeof turn === "number" ? turn : 0 };
  }

  stamp(members: Members, schemaId: string): { schema_id: string; schema_version: string; created_at: string } {
    const [id = schemaId, version = "1.0.0"] = [this.text(members, "schema_id"), this.text(members, "schema_version")];
    if (id !== schemaId) throw this.refused("schema_id", schemaId);
    if (version !== "1.0.0") throw this.refused("schema_version", "1.0.0");
    return { schema_id: schemaId, schema_version: "1.0.0", created_at: this.time(members, "created_at") };
  }

  committed(members: Members): (typeof COMMITMENT_CLASSES)[number] {
    const text = this.needed(members, "commitment_class").toLowerCase();
    const known = COMMITMENT_CLASSES.find((each) => each === text);
    if (known === undefined) throw this.refused("commitment_class", `one of ${COMMITMENT_CLASSES.join(", ")}`);
    return known;
  }

  optionalClass(members: Members): { commitment_class?: (typeof COMMITMENT_CLASSES)[number] } {
    return this.text(members, "commitment_class") === undefined ? {} : { commitment_class: this.committed(members) };
  }
}

type Placed = { readonly call_seq: number; readonly commitment_class: string };

function byPlace(left: Placed, right: Placed): number {
  return left.call_seq - right.call_seq || compareUtf8(left.commitment_class, right.commitment_class);
}

function isVerdict(text: string): text is GateDecision["verdict"] {
  return ["allow", "block", "dry_run", "require_approval"].includes(text);
}

function upperCase(currency: string | undefined): { currency?: string } {
  return currency === undefined ? {} : { currency: currency.toUpperCase() };
}

function withoutZero(members: Members, ...names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (members[name] ? [[name, members[name]]] : [])));
}

/** Trimmed, each once, in byte order, without blank ones. */
function setOf(name: string, texts: readonly string[] | null | undefined): Record<string, string[]> {
  const set = [...new Set((texts ?? []).map((each) => each.trim()))].filter((each) => each !== "").sort(compareUtf8);
  return set.length === 0 ? {} : { [name]: set };
}

function referencesOf(name: string, given: NonNullable<SpokenCallRecord["reference_digests"]>): ReferenceDigests {
  const found = new Map<string, { ref_id: string; sha256: string }>();
  for (const [index, each] of given.entries()) {
    const here = new Place(name, `$.reference_digests[${index}]`);
    const { sha256 } = here.digests(each, ["sha256"]);
    if (sha256 === undefined) throw here.refused("sha256", "64 hex digits");
    const reference = { ref_id: here.needed(each, "ref_id"), sha256 };
    found.set(JSON.stringify(reference), reference);
  }
  const sorted = [...found.values()].sort((a, b) => compareUtf8(a.ref_id, b.ref_id) || compareUtf8(a.sha256, b.sha256));
  return sorted.length === 0 ? null : sorted;
}
