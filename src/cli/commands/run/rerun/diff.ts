/** The work of `gait run diff`. */
import { compareRuns, isChanged, type Privacy } from "../../../../core/rerun/compare-runs.ts";
import { countText } from "../../../../core/text/quantities.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { RunDiffOutput } from "../../../../schema/answer/rerun.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { RunDiffSummary } from "../../../../schema/document/rerun/run.ts";
import type { Answer, Call, Terminal } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { paint } from "../../../terminal/style.ts";
import { type OpenedRun, withRun } from "./opened-run.ts";

export function diffRuns(call: Call): Promise<Answer<RunDiffOutput | RunFailure>> {
  const [left = "", right = ""] = call.positionals;
  return withRun<RunDiffOutput>(call, left, (from) =>
    withRun<RunDiffOutput>(call, right, (to) => compare(call, from, to)),
  );
}

async function compare(call: Call, from: OpenedRun, to: OpenedRun): Promise<Answer<RunDiffOutput>> {
  const privacy = (call.option("--privacy") ?? "full") as Privacy;
  const summary = await compareRuns(from.read, to.read, privacy, hostPlatform);
  from.assertUnchanged();
  to.assertUnchanged();
  const output = call.option("--out");
  if (output !== undefined) {
    // Members in the order of the Go implementation, not canonical.
    const bytes = new TextEncoder().encode(JSON.stringify({ privacy, summary }));
    const options = { force: call.has("--force"), inputs: [...call.inputs, from.path, to.path] };
    await writeAtomically(output, async (sink) => sink.write(bytes), options);
  }
  const warnings = [from, to].flatMap((side) => side.warnings.map((warning) => `${side.path}: ${warning}`));
  return {
    exit: isChanged(summary) ? EXIT.failed : EXIT.ok,
    json: {
      privacy,
      summary,
      ...(output === undefined ? {} : { output }),
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: diffText(summary, call.stdout),
    notes: warningLines(warnings, call.stderr),
  };
}

/** Of one side, by name. */
const MOST_IDS = 5;

function diffText(summary: RunDiffSummary, terminal: Terminal): string {
  const changed = isChanged(summary);
  const named = (ids: readonly string[], side: string): string[] => {
    const more = ids.length > MOST_IDS ? ", …" : "";
    const first = ids.slice(0, MOST_IDS).join(", ");
    return ids.length === 0 ? [] : [`${countText(ids.length, "id")} on the ${side} only (${first}${more})`];
  };
  const only = (left: readonly string[] = [], right: readonly string[] = []): string =>
    [...named(left, "left"), ...named(right, "right")].join(", ");
  const said = (isOther: boolean, detail = ""): string => (isOther ? detail || "differ" : "same");
  const drift = { none: "same", runtime_only: "same, fetched at another time", semantic: "differ" } as const;
  const lines = rows(
    [
      ["left", summary.run_id_left],
      ["right", summary.run_id_right],
      // Not its digest, nor what it says of the run.
      ["form", summary.manifest_changed ? "differs" : "same"],
      ["intents", said(summary.intents_changed, only(summary.left_only_intents, summary.right_only_intents))],
      ["results", said(summary.results_changed, only(summary.left_only_results, summary.right_only_results))],
      ["references", summary.refs_changed ? drift[summary.context_drift_classification] : "same"],
    ],
    terminal,
    "  ",
  );
  if (!changed) return `${paint("same", "good", terminal)}\n${lines}`;
  return `${paint("different", "warn", terminal)}\n${lines}  What differs in them, call by call: gait pack diff LEFT RIGHT\n`;
}
