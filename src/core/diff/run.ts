/**
 * The difference between two runs. Calls are matched by their ids. Times are not compared: two runs always differ in
 * time, and listing every call would hide what matters.
 */
import type { CallBrief, CallChange, RunDifference } from "../../schema/account/difference.ts";
import type { RunAccount, RunCall, RunReference } from "../../schema/account/run.ts";
import { isNotOk } from "../account/call-outcome.ts";
import { changesOf, type Matched, type Member, matched } from "./match.ts";

/** Without differences inside payloads: `payload-difference.ts` reads them again. */
export function runDifference(left: RunAccount, right: RunAccount): RunDifference {
  const calls = matched(left.calls, right.calls, ({ intent_id }) => intent_id);
  const changed = calls.pairs.map(([from, to]) => callChange(from, to)).filter(({ changes }) => changes.length > 0);
  const strays = matched(
    left.stray_results,
    right.stray_results,
    ({ intent_id, why, status = "", result_digest = "" }) => JSON.stringify([intent_id, why, status, result_digest]),
  );
  const events = matched(left.events, right.events, ({ event, ref = "" }) => JSON.stringify([event, ref]));
  return {
    calls: {
      same: calls.pairs.length - changed.length,
      added: calls.added.map(brief),
      removed: calls.removed.map(brief),
      changed,
      turned_bad: changed.filter(({ turned }) => turned === "bad").length,
      turned_good: changed.filter(({ turned }) => turned === "good").length,
      reordered: calls.reordered,
      payloads_not_compared: 0,
    },
    stray_results: { added: strays.added, removed: strays.removed },
    events: { added: events.added, removed: events.removed },
    references: references(matched(left.references, right.references, ({ ref_id }) => ref_id)),
  };
}

function callChange(left: RunCall, right: RunCall): CallChange {
  const members: Member[] = [
    ["tool_name", left.tool_name, right.tool_name],
    ["args_digest", lower(left.args_digest), lower(right.args_digest)],
    ["status", left.status, right.status],
    ["result_digest", lower(left.result_digest), lower(right.result_digest)],
  ];
  // If one side left its results out, members lifted from them can't be compared.
  if (left.result_kept === right.result_kept) {
    members.push(
      ["verdict", left.verdict, right.verdict],
      ["reason_codes", left.reason_codes?.join(", "), right.reason_codes?.join(", ")],
      ["violations", left.violations?.join(", "), right.violations?.join(", ")],
    );
  }
  const changes = changesOf(members);
  const turned = changes.length === 0 ? undefined : turn(left, right);
  return {
    intent_id: left.intent_id,
    ...(left.tool_name === undefined ? {} : { tool_name: left.tool_name }),
    left_index: left.index,
    right_index: right.index,
    ...(left.result_index === undefined ? {} : { left_result_index: left.result_index }),
    ...(right.result_index === undefined ? {} : { right_result_index: right.result_index }),
    left_outcome: left.outcome,
    right_outcome: right.outcome,
    ...(turned === undefined ? {} : { turned }),
    changes,
  };
}

function turn(left: RunCall, right: RunCall): CallChange["turned"] {
  // Of a call whose outcome is not stated, only what becomes bad can be told.
  const isBad = ({ outcome }: RunCall): boolean => isNotOk(outcome);
  if (!isBad(left) && isBad(right)) return "bad";
  return isBad(left) && right.outcome === "ok" ? "good" : undefined;
}

function brief({ index, intent_id, tool_name, outcome }: RunCall): CallBrief {
  return { index, intent_id, ...(tool_name === undefined ? {} : { tool_name }), outcome };
}

function references({ pairs, added, removed }: Matched<RunReference>): RunDifference["references"] {
  const named = ({ ref_id, source_locator }: RunReference) => ({ ref_id, source_locator });
  const changed = pairs
    .map(([left, right]) => ({
      ref_id: left.ref_id,
      changes: changesOf(MEMBERS.map((name) => member(name, left, right))),
    }))
    .filter(({ changes }) => changes.length > 0);
  return { same: pairs.length - changed.length, added: added.map(named), removed: removed.map(named), changed };
}

const MEMBERS = [
  "source_type",
  "source_locator",
  "query_digest",
  "content_digest",
  "redaction_mode",
  "sensitivity_label",
  "immutability",
] as const satisfies readonly (keyof RunReference)[];

function member(name: (typeof MEMBERS)[number], left: RunReference, right: RunReference): Member {
  return name.endsWith("_digest") ? [name, lower(left[name]), lower(right[name])] : [name, left[name], right[name]];
}

function lower(digest: string | undefined): string | undefined {
  return digest?.toLowerCase();
}
