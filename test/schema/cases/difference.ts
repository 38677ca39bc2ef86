/** A difference with something of everything, and the answer that carries it. */

import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer/answer.ts";
import { DIGEST, documentCases, set } from "./case.ts";

const TIME = "2026-02-02T02:15:00Z";
const CHANGE = { member: "status", left: "ok", right: "error" };
const STRAY = { index: 2, intent_id: "a", why: "no_intent", outcome: "failed", result_kept: false };
const STEP = { revision: 1, at: TIME, type: "submitted", status: "running" };
const STATE = { status: "running", reason_code: "submitted", from: TIME, revision: 1 };
const APPROVAL = { revision: 2, at: TIME, actor: "b", reason: "yes", checkpoint_id: "cp_0001" };
const CHECKPOINT = { checkpoint_id: "cp_0001", type: "progress", summary: "s" };

const DIFFERENCE = {
  identity: [{ member: "source_ref", left: "a", right: "b" }],
  provenance: [{ member: "capture_mode", left: "raw" }],
  files: [
    {
      path: "run.json",
      archive: "source/runpack.zip",
      change: "changed",
      left_size: 1,
      right_size: 2,
      left_sha256: DIGEST,
      right_sha256: DIGEST,
    },
  ],
  run: {
    calls: {
      same: 1,
      added: [{ index: 3, intent_id: "c", tool_name: "t", outcome: "ok" }],
      removed: [{ index: 3, intent_id: "d", outcome: "open" }],
      changed: [
        {
          intent_id: "a",
          tool_name: "t",
          left_index: 1,
          right_index: 2,
          left_outcome: "ok",
          right_outcome: "failed",
          turned: "bad",
          changes: [CHANGE],
          payloads: [{ member: "args", paths: [{ path: "$.a", change: "added" }], more: 0 }],
        },
      ],
      turned_bad: 1,
      turned_good: 0,
      reordered: true,
      payloads_not_compared: 0,
    },
    stray_results: { added: [STRAY], removed: [] },
    events: { added: [{ event: "finish", at: TIME }], removed: [] },
    references: {
      same: 0,
      added: [{ ref_id: "r", source_locator: "l" }],
      removed: [],
      changed: [{ ref_id: "s", changes: [CHANGE] }],
    },
  },
  job: {
    changes: [CHANGE],
    steps: { common: 1, added: [STEP], removed: [] },
    states: { common: 1, added: [STATE], removed: [] },
    checkpoints: {
      added: [{ ...CHECKPOINT, decision: "approved", approved_by: "b" }],
      removed: [CHECKPOINT],
      changed: [{ checkpoint_id: "cp_0002", changes: [CHANGE] }],
    },
    approvals: { added: [APPROVAL], removed: [] },
  },
  controls: [{ control_id: "CC6.6", change: "changed", added: ["a"], removed: [] }],
};

const SIDE = {
  path: "a.zip",
  pack_id: DIGEST,
  pack_type: "run",
  source_ref: "run_alpha",
  verdict: "authentic",
  reason: "signed",
};

export const PACK_DIFF = documentCases({
  path: "output/pack",
  good: {
    ...base("gait.pack.output", "diff", false),
    path: "diff.json",
    left: SIDE,
    right: { ...SIDE, verdict: "intact", reason: "it is not signed" },
    diff: {
      schema_id: "gait.pack.diff",
      schema_version: "1.0.0",
      created_at: "1980-01-01T00:00:00Z",
      left_pack_id: DIGEST,
      right_pack_id: DIGEST,
      left_pack_type: "run",
      right_pack_type: "run",
      summary: { changed: true, manifest_delta: true },
    },
    details: DIFFERENCE,
  },
  closed: true,
  required: [
    ...BASE,
    "left",
    "right",
    "left.path",
    "left.verdict",
    "diff",
    "details",
    "details.files",
    "details.run.calls.changed.0.changes",
  ],
  optional: ["path", "details.run", "details.job", "details.controls", "details.run.calls.changed.0.payloads"],
  fits: {
    ...ANSWER_FITS,
    "two equal sides": set("ok", true),
    "no difference": set("details", { identity: [], provenance: [], files: [] }),
  },
  fails: {
    ...ANSWER_FAILS,
    "a side that failed is not compared": set("right.verdict", "failed"),
    "a change has its member": set("details.provenance", [{ left: "raw" }]),
    "the document is not wrapped": set("diff", { Result: {} }),
  },
});
