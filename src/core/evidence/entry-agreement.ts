/**
 * Where the documents that an evidence pack takes over contradict themselves or each other: approvals and their tokens,
 * credentials and their times, traces, the window. They are their producers' own, so these are warnings (contract 3.6).
 */
import type { ApprovalAudit, CredentialEvidence, InventorySnapshot } from "../../schema/document/evidence-input.ts";
import type { IncidentWindow } from "../../schema/document/evidence-pack.ts";
import type { PolicyDigests, RunpackSummary, TraceSummary } from "../../schema/document/evidence-pack-entry.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { collectWarnings } from "../finding/warning.ts";
import { isSha256Hex } from "../signature/digest.ts";
import { compareTimestamps, isZeroTime, nanosecondsBetween } from "../time/timestamp.ts";
import { numberedEntry, POLICY_DIGESTS, RUNPACK_SUMMARY, TRACE_SUMMARY } from "./entry-kind.ts";
import { isInside } from "./incident-window.ts";

const SCHEMA_IDS: Readonly<Record<string, string>> = {
  inventory_snapshot: "gait.scout.inventory_snapshot",
  approval_audit: "gait.gate.approval_audit_record",
  credential_evidence: "gait.gate.broker_credential_record",
};

const SECOND = 1_000_000_000n;
/** Of more documents than this, what they say of traces is not kept: a pack of a million must not cost memory. */
const MAX_KEPT = 10_000;

type TakenOver = (ApprovalAudit | CredentialEvidence | InventorySnapshot) & { readonly [name: string]: JsonValue };

/** What a document says of a decision of the gate. */
interface Decision {
  readonly path: string;
  readonly traceId: string;
  readonly tool: string;
  readonly approved?: boolean;
  readonly policy?: string;
}

export interface AgreementContext {
  readonly runId: string;
  readonly window: IncidentWindow | undefined;
}

/** Sees one document after another, and keeps little of each. */
export class EntryAgreement {
  readonly #context: AgreementContext;
  readonly #warnings = collectWarnings();
  readonly #decisions: Decision[] = [];
  #traces: TraceSummary["traces"] = [];
  #policies: ReadonlySet<string> | undefined;

  constructor(context: AgreementContext) {
    this.#context = context;
  }

  /** `entry` fits the schema of its path. */
  see(path: string, entry: JsonValue): void {
    if (path === RUNPACK_SUMMARY) this.#seeSummary(entry as RunpackSummary);
    else if (path === TRACE_SUMMARY) this.#traces = (entry as TraceSummary).traces;
    else if (path === POLICY_DIGESTS) this.#policies = new Set((entry as PolicyDigests).policy_digests ?? []);
    const stem = numberedEntry(path)?.stem;
    if (stem === undefined) return;
    this.#seeTakenOver(path, stem, entry as TakenOver);
    if (stem === "approval_audit") this.#seeApproval(path, entry as ApprovalAudit);
    if (stem === "credential_evidence") this.#seeCredential(path, entry as CredentialEvidence);
  }

  /** After the last document. */
  warnings(): string[] {
    const traces = new Map<string, TraceSummary["traces"][number]>();
    for (const trace of this.#traces) {
      const known = traces.get(trace.trace_id);
      if (known !== undefined && (known.verdict !== trace.verdict || known.tool_name !== trace.tool_name))
        this.#warn(TRACE_SUMMARY, `two traces of the id ${shown(trace.trace_id)} say different things`);
      traces.set(trace.trace_id, trace);
    }
    for (const { path, traceId, tool, approved, policy } of this.#decisions) {
      if (policy !== undefined && this.#policies?.has(policy) === false)
        this.#warn(path, `its policy_digest is not among those of ${POLICY_DIGESTS}`);
      const trace = traces.get(traceId);
      if (trace === undefined) continue;
      if (trace.tool_name !== tool)
        this.#warn(path, `tool_name is ${shown(tool)}, and its trace says ${shown(trace.tool_name)}`);
      if (approved === true && trace.verdict === "block")
        this.#warn(path, `approved is true, and the verdict of its trace is ${shown(trace.verdict)}`);
      if (approved === false && trace.verdict === "allow")
        this.#warn(path, `approved is false, and the verdict of its trace is ${shown(trace.verdict)}`);
    }
    return this.#warnings.list();
  }

  #warn(path: string, what: string): void {
    this.#warnings.add(what, path);
  }

  #seeSummary({ capture_mode, manifest_digest, intent_count, result_count }: RunpackSummary): void {
    if (capture_mode !== "reference" && capture_mode !== "raw")
      this.#warn(RUNPACK_SUMMARY, `capture_mode is ${shown(capture_mode)}, and no runpack has that`);
    if (!isSha256Hex(manifest_digest))
      this.#warn(RUNPACK_SUMMARY, `manifest_digest is ${shown(manifest_digest)}, which is no SHA-256 in hex`);
    if (result_count > intent_count)
      this.#warn(RUNPACK_SUMMARY, `result_count is ${result_count}, and intent_count is ${intent_count}`);
  }

  #seeTakenOver(path: string, stem: string, entry: TakenOver): void {
    const { runId, window } = this.#context;
    const { schema_id, schema_version, created_at, run_id } = entry;
    if (schema_id !== SCHEMA_IDS[stem]) this.#warn(path, `schema_id is ${shown(schema_id)}, not ${SCHEMA_IDS[stem]}`);
    if (schema_version !== "1.0.0") this.#warn(path, `schema_version is ${shown(schema_version)}, not 1.0.0`);
    if (typeof run_id === "string" && run_id !== "" && run_id !== runId)
      this.#warn(path, `run_id is ${shown(run_id)}, and the pack is of another run`);
    if (window !== undefined && !isInside(window, created_at))
      this.#warn(path, `created_at ${created_at} is outside of the incident window`);
  }

  #seeApproval(path: string, audit: ApprovalAudit): void {
    const { required_approvals: required, valid_approvals: counted, approved, created_at, approvers = [] } = audit;
    const entries = audit.entries ?? [];
    const valid = entries.filter((entry) => entry.valid);
    if (counted !== valid.length)
      this.#warn(path, `valid_approvals is ${counted}, and ${valid.length} of its ${entries.length} entries are valid`);
    if (approved && valid.length < required)
      this.#warn(path, `approved is true, with ${valid.length} of ${required} valid approvals`);
    if (!approved && Math.min(counted, valid.length) >= required)
      this.#warn(path, `approved is false, with ${valid.length} of ${required} valid approvals`);
    for (const { token_id = "", expires_at, error_code = "" } of valid) {
      if (error_code !== "")
        this.#warn(path, `the entry ${shown(token_id)} is valid, and has the error ${shown(error_code)}`);
      if (isKnown(expires_at) && compareTimestamps(expires_at, created_at) < 0)
        this.#warn(path, `the entry ${shown(token_id)} is valid, and expired at ${expires_at}`);
    }
    const identities = new Set(valid.map(({ approver_identity = "" }) => approver_identity));
    for (const approver of approvers) {
      if (!identities.has(approver)) this.#warn(path, `approvers has ${shown(approver)}, who has no valid entry`);
    }
    this.#keep({ path, traceId: audit.trace_id, tool: audit.tool_name, approved, policy: audit.policy_digest });
  }

  #seeCredential(path: string, credential: CredentialEvidence): void {
    const { issued_at, expires_at, ttl_seconds = 0 } = credential;
    if (isKnown(issued_at) && isKnown(expires_at)) {
      const lasts = nanosecondsBetween(issued_at, expires_at);
      if (lasts < 0n) this.#warn(path, `it expires at ${expires_at}, before it was issued at ${issued_at}`);
      // Producers round to seconds.
      else if (ttl_seconds > 0 && abs(lasts / SECOND - BigInt(ttl_seconds)) > 1n)
        this.#warn(path, `ttl_seconds is ${ttl_seconds}, and ${lasts / SECOND} lie between issue and expiry`);
    }
    this.#keep({ path, traceId: credential.trace_id, tool: credential.tool_name });
  }

  #keep(decision: Decision): void {
    if (this.#decisions.length < MAX_KEPT) this.#decisions.push(decision);
  }
}

function isKnown(time: string | undefined): time is string {
  return time !== undefined && !isZeroTime(time);
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
