/** `inspect` of a JSON answer (contract 2.8): the documents of an artifact as stored, and what is derived from them. */

import type { Account } from "../../schema/account/account.ts";
import type { RunAccount, StrayResult } from "../../schema/account/run.ts";
import type { InspectReport } from "../../schema/answer/pack.ts";
import type { RunInspectOutput } from "../../schema/answer/run.ts";
import type { JobEvidence } from "../pack/job-evidence.ts";
import { runPayload } from "../pack/run-payload.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { toUtcWherePossible, ZERO_TIME } from "../time/timestamp.ts";
import { identityOf } from "../verify/answer.ts";
import { runpackOf, type Verified } from "../verify/verified.ts";

/** `account` must be that of the verified artifact. */
export function inspectReport(verified: Verified, account: Account): InspectReport {
  const { verdict, findings, legacyType } = verified;
  const lineage = runLineage(account.run, runpackOf(verified));
  return {
    ...identityOf(verified),
    verified: verdict !== "failed",
    verdict,
    ...documentsOf(verified),
    ...(lineage === undefined ? {} : { run_lineage: lineage }),
    ...(account.evidence === undefined ? {} : { controls: account.evidence.controls }),
    ...(legacyType === undefined ? {} : { legacy_type: legacyType }),
    ...(findings.length > 0 ? { findings } : {}),
  };
}

type Documents = Pick<
  InspectReport,
  | "call_payload"
  | "authorization_bundle"
  | "manifest"
  | "run_payload"
  | "job_payload"
  | "job_lineage"
  | "runpack_summary"
>;

function documentsOf(verified: Verified): Documents {
  switch (verified.format) {
    case "unreadable":
      return {};
    case "runpack": {
      const payload = runPayload(verified.runpack);
      return payload === undefined ? {} : { run_payload: payload };
    }
    case "run_pack": {
      const { manifest, payload } = verified.pack;
      return { manifest, ...(payload === undefined ? {} : { run_payload: payload }) };
    }
    case "job_pack": {
      const { manifest, job } = verified.pack;
      const { payload } = job;
      return { manifest, ...(payload === undefined ? {} : { job_payload: payload }), job_lineage: jobLineage(job) };
    }
    case "call_pack": {
      const { manifest, payload } = verified.pack;
      return { manifest, ...(payload === undefined ? {} : { call_payload: payload }) };
    }
    case "authorization_pack": {
      const { manifest, bundle } = verified.pack;
      return { manifest, ...(bundle === undefined ? {} : { authorization_bundle: bundle }) };
    }
    case "evidence_pack": {
      const { manifest, runpackSummary: summary } = verified.evidencePack;
      return {
        ...(manifest === undefined ? {} : { manifest }),
        ...(summary === undefined ? {} : { runpack_summary: summary }),
      };
    }
  }
}

/** Empty if a document of the runpack could not be read: an incomplete lineage would mislead. */
function runLineage(run: RunAccount | undefined, report: RunpackReport | undefined): InspectReport["run_lineage"] {
  if (run === undefined || report?.run === undefined || report.refs === undefined) return undefined;
  const { sound } = report.contents;
  if (!sound.has("intents.jsonl") || !sound.has("results.jsonl")) return undefined;
  return {
    timeline_events: run.totals.events,
    receipt_count: run.totals.references,
    intent_results: intentResults(run),
  };
}

/** One for each call, then for each result that no intent has, in byte order of the ids. */
function intentResults(run: RunAccount): NonNullable<InspectReport["run_lineage"]>["intent_results"] {
  const orphans = run.stray_results.filter(({ why }) => why === "no_intent");
  return [...run.calls, ...orphans]
    .map((each) => ({
      intent_id: each.intent_id,
      ...("tool_name" in each && each.tool_name ? { tool_name: each.tool_name } : {}),
      ...(each.status ? { status: each.status } : {}),
      outcome: each.outcome,
    }))
    .sort((left, right) => compareUtf8(left.intent_id, right.intent_id));
}

function jobLineage({ state, events, lastEventType }: JobEvidence): NonNullable<InspectReport["job_lineage"]> {
  const checkpoints = (state?.checkpoints ?? [])
    .map(({ checkpoint_id, type, reason_code }) => ({ checkpoint_id, type, reason_code }))
    .sort((left, right) => compareUtf8(left.checkpoint_id, right.checkpoint_id));
  return {
    event_count: events,
    ...(lastEventType === undefined ? {} : { last_event_type: lastEventType }),
    ...(checkpoints.length > 0 ? { checkpoint_refs: checkpoints } : {}),
  };
}

export type RunEntries = Pick<RunInspectOutput, "entries" | "unmatched_results">;

/**
 * The intents in their order. Where an id has more results than intents, `status` is that of the result whose turn it is,
 * as other readers show it, and `outcome` is what counts.
 */
export function runEntries({ calls, stray_results }: RunAccount): RunEntries {
  const passedOver = new Map<string, StrayResult>();
  for (const result of stray_results) {
    if (result.why === "repeated" && !passedOver.has(result.intent_id)) passedOver.set(result.intent_id, result);
  }
  const unmatched = stray_results
    .filter(({ why }) => why === "no_intent")
    .map(({ intent_id, status, result_digest }) => ({
      intent_id,
      ...(status === undefined ? {} : { status }),
      ...(result_digest === undefined ? {} : { result_digest }),
    }));
  return {
    entries: calls.map((call) => {
      const own = passedOver.get(call.intent_id);
      const said = own !== undefined && own.index < (call.result_index ?? 0) ? own : call;
      return {
        index: call.index,
        intent_id: call.intent_id,
        ...(call.tool_name === undefined ? {} : { tool_name: call.tool_name }),
        created_at: call.started_at === undefined ? ZERO_TIME : toUtcWherePossible(call.started_at),
        ...(call.args_digest === undefined ? {} : { args_digest: call.args_digest }),
        outcome: call.outcome,
        ...(said.status === undefined ? {} : { status: said.status }),
        ...(said.result_digest === undefined ? {} : { result_digest: said.result_digest }),
        ...(said.verdict === undefined ? {} : { verdict: said.verdict }),
        ...(said.reason_codes === undefined ? {} : { reason_codes: said.reason_codes }),
        ...(said.violations === undefined ? {} : { violations: said.violations }),
      };
    }),
    ...(unmatched.length > 0 ? { unmatched_results: unmatched } : {}),
  };
}
