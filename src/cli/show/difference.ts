/** A difference as text: what got worse first, then what was added, removed and changed. */
import { countText, grouped, sizeText } from "../../core/text/quantities.ts";
import type {
  CallChange,
  Difference,
  FileChange,
  JobDifference,
  MemberChange,
  RunDifference,
} from "../../schema/account/difference.ts";
import type { CallOutcome } from "../../schema/account/run.ts";
import type { Terminal } from "../command/command.ts";
import { type LabelledRow, rows } from "../terminal/rows.ts";
import { heading, type TableCell, table } from "../terminal/table.ts";
import { statusText } from "./job.ts";
import { idText, outcomeCell, rest } from "./run.ts";

/** Maximum lines of each list, to fit a screen. */
const SHOWN = 30;

const SIGNS = { added: "+", removed: "-", changed: "~" } as const;
const LEFT: TableCell = ["- left only", "warn"];
const RIGHT: TableCell = ["+ right only", "warn"];
/** Without words, where there is no room for them. */
const SIGN = { least: 3 };
const CHANGED: TableCell = ["~ changed", "warn"];

export function differenceLines(difference: Difference, terminal: Terminal): string {
  const { identity, provenance, run, job, controls = [], files } = difference;
  return [
    membersLines("identity", identity, terminal),
    membersLines("provenance", provenance, terminal),
    run === undefined ? "" : runDifferenceLines(run, terminal),
    job === undefined ? "" : jobDifferenceLines(job, terminal),
    section(
      "controls",
      controls.map(({ control_id, change, added, removed }) => [
        { added: RIGHT, removed: LEFT, changed: CHANGED }[change],
        control_id,
        change === "changed"
          ? [...added.map((path) => `+${path}`), ...removed.map((path) => `-${path}`)].join(", ")
          : [...added, ...removed].join(", "),
      ]),
      [SIGN, {}, {}],
      terminal,
    ),
    fileLines(files, terminal),
  ].join("");
}

function runDifferenceLines(run: RunDifference, terminal: Terminal): string {
  const { calls, events, references, stray_results: strays } = run;
  const summary: LabelledRow[] = [
    ["same", grouped(calls.same)],
    ["right only", calls.added.length === 0 ? undefined : grouped(calls.added.length)],
    ["left only", calls.removed.length === 0 ? undefined : grouped(calls.removed.length)],
    ["changed", calls.changed.length === 0 ? undefined : grouped(calls.changed.length)],
    ["got worse", calls.turned_bad === 0 ? undefined : `${grouped(calls.turned_bad)} OK ON THE LEFT ONLY`, "bad"],
    ["got better", calls.turned_good === 0 ? undefined : `${grouped(calls.turned_good)} ok on the right only`, "good"],
    ["order", calls.reordered ? "differs" : undefined],
    ["not compared", calls.payloads_not_compared === 0 ? undefined : countText(calls.payloads_not_compared, "payload")],
  ];
  const brief =
    (sign: TableCell) =>
    (each: RunDifference["calls"]["added"][number]): TableCell[] => [
      sign,
      idText(each.intent_id),
      each.tool_name ?? "",
      outcomeCell(each.outcome),
      "",
    ];
  // What got worse comes first: that is why most comparisons are made.
  const changed = [...calls.changed].sort((left, right) => weight(right) - weight(left));
  const lines = [...changed.map(changeCells), ...calls.removed.map(brief(LEFT)), ...calls.added.map(brief(RIGHT))];
  const columns = [SIGN, {}, {}, { least: 9 }, {}];
  const others: TableCell[][] = [
    ...strays.removed.map(({ intent_id, why, outcome }): TableCell[] => [
      LEFT,
      "stray result",
      idText(intent_id),
      `${outcomeText(outcome)}, ${why}`,
    ]),
    ...strays.added.map(({ intent_id, why, outcome }): TableCell[] => [
      RIGHT,
      "stray result",
      idText(intent_id),
      `${outcomeText(outcome)}, ${why}`,
    ]),
    ...events.removed.map(({ event, ref = "", at }): TableCell[] => [LEFT, "event", ref, `${event} at ${at}`]),
    ...events.added.map(({ event, ref = "", at }): TableCell[] => [RIGHT, "event", ref, `${event} at ${at}`]),
    ...references.removed.map(({ ref_id, source_locator }): TableCell[] => [LEFT, "reference", ref_id, source_locator]),
    ...references.added.map(({ ref_id, source_locator }): TableCell[] => [RIGHT, "reference", ref_id, source_locator]),
    ...references.changed.map(({ ref_id, changes }): TableCell[] => [
      CHANGED,
      "reference",
      ref_id,
      changesText(changes),
    ]),
  ];
  return (
    heading("calls", terminal) +
    rows(summary, terminal, "  ") +
    list(lines, columns, terminal) +
    section("events, references and stray results", others, [SIGN, {}, {}, {}], terminal)
  );
}

function weight({ turned }: CallChange): number {
  if (turned === "bad") return 2;
  return turned === "good" ? 1 : 0;
}

function changeCells({
  intent_id,
  tool_name,
  turned,
  left_outcome,
  right_outcome,
  changes,
  payloads = [],
}: CallChange): TableCell[] {
  const inside = payloads.map(({ member, paths, more }) => {
    const shown = paths.slice(0, 5).map(({ path, change }) => `${SIGNS[change]}${path.replace("$", member)}`);
    const left = more + paths.length - shown.length;
    return `${shown.join(" ")}${left > 0 ? ` and ${left} more` : ""}`;
  });
  const turn: TableCell =
    turned === undefined
      ? outcomeCell(right_outcome)
      : [`${outcomeText(left_outcome)} > ${outcomeText(right_outcome)}`, turned === "bad" ? "bad" : "good"];
  return [
    CHANGED,
    idText(intent_id),
    tool_name ?? "",
    turn,
    [changesText(changes), ...inside].filter((each) => each !== "").join("; "),
  ];
}

function outcomeText(outcome: CallOutcome): string {
  const cell = outcomeCell(outcome);
  return typeof cell === "string" ? cell : cell[0];
}

/** The changed members, with their values if short. */
function changesText(changes: readonly MemberChange[]): string {
  return changes
    .map(({ member, left = "none", right = "none" }) =>
      member.endsWith("digest")
        ? member.replace("_digest", member === "args_digest" ? " differ" : " differs")
        : `${member} ${left} > ${right}`,
    )
    .join(", ");
}

function jobDifferenceLines(job: JobDifference, terminal: Terminal): string {
  const { changes, steps, states, checkpoints, approvals } = job;
  const step =
    (sign: TableCell) =>
    ({ revision, at, type, actor }: JobDifference["steps"]["added"][number]): TableCell[] => [
      sign,
      `revision ${revision}`,
      at,
      `${type}${actor === undefined ? "" : `, by ${actor}`}`,
    ];
  const state =
    (sign: TableCell) =>
    ({ status, from, reason_code }: JobDifference["states"]["added"][number]): TableCell[] => [
      sign,
      "state",
      from,
      statusText(status, reason_code),
    ];
  const approval =
    (sign: TableCell) =>
    (each: JobDifference["approvals"]["added"][number]): TableCell[] => [
      sign,
      "approval",
      each.at,
      `of ${each.checkpoint_id ?? "nothing"}, by ${each.actor}: ${each.reason}`,
    ];
  const checkpoint =
    (sign: TableCell) =>
    (each: JobDifference["checkpoints"]["added"][number]): TableCell[] => [
      sign,
      "checkpoint",
      each.checkpoint_id,
      `${each.type}: ${each.summary}`,
    ];
  const lines: TableCell[][] = [
    ...states.removed.map(state(LEFT)),
    ...states.added.map(state(RIGHT)),
    ...approvals.removed.map(approval(LEFT)),
    ...approvals.added.map(approval(RIGHT)),
    ...checkpoints.removed.map(checkpoint(LEFT)),
    ...checkpoints.added.map(checkpoint(RIGHT)),
    ...checkpoints.changed.map((each): TableCell[] => [
      CHANGED,
      "checkpoint",
      each.checkpoint_id,
      changesText(each.changes),
    ]),
    ...steps.removed.map(step(LEFT)),
    ...steps.added.map(step(RIGHT)),
  ];
  const common =
    steps.common === 0
      ? "job (the two logs have no event in common)"
      : `job (both logs begin with the same ${countText(steps.common, "event")})`;
  const columns = [SIGN, {}, {}, {}];
  return membersLines(common, changes, terminal, true) + list(lines, columns, terminal);
}

function membersLines(title: string, changes: readonly MemberChange[], terminal: Terminal, always = false): string {
  if (changes.length === 0 && !always) return "";
  const lines = changes.map(({ member, left = "none", right = "none" }): LabelledRow => [member, `${left} > ${right}`]);
  return heading(title, terminal) + rows(lines, terminal, "  ");
}

/** A file that was only renamed, as between a pack and its runpack, takes one line, not two. */
function fileLines(files: readonly FileChange[], terminal: Terminal): string {
  const waiting = new Map<string, FileChange[]>();
  for (const file of files) {
    if (file.change !== "added" || file.right_sha256 === undefined) continue;
    const same = waiting.get(file.right_sha256);
    if (same === undefined) waiting.set(file.right_sha256, [file]);
    else same.push(file);
  }
  const renamed = new Map<FileChange, FileChange>();
  for (const file of files) {
    const other = file.change === "removed" ? waiting.get(file.left_sha256 ?? "")?.shift() : undefined;
    if (other !== undefined) renamed.set(file, other);
  }
  const known = new Set(renamed.values());
  const lines = files.filter((file) => !known.has(file)).map((file) => fileCells(file, renamed.get(file)));
  const legend = renamed.size > 0 ? ", = renamed" : "";
  const title = `files (- left only, + right only, ~ changed${legend})`;
  return section(title, lines, [{ least: 1 }, { most: 70 }, {}], terminal);
}

function fileCells(file: FileChange, renamed: FileChange | undefined): TableCell[] {
  const { change, left_size, right_size } = file;
  if (renamed !== undefined) return ["=", fileName(file), fileName(renamed)];
  const size = (bytes: number | undefined): string => (bytes === undefined ? "none" : sizeText(bytes));
  const sizes = left_size === right_size ? size(left_size) : `${size(left_size)} > ${size(right_size)}`;
  return [SIGNS[change], fileName(file), change === "changed" ? sizes : size(left_size ?? right_size)];
}

function fileName({ path, archive }: FileChange): string {
  return archive === undefined ? path : `${archive}!/${path}`;
}

type Columns = Parameters<typeof table>[0];

function section(
  title: string,
  lines: readonly (readonly TableCell[])[],
  columns: Columns,
  terminal: Terminal,
): string {
  return lines.length === 0 ? "" : heading(title, terminal) + list(lines, columns, terminal);
}

function list(lines: readonly (readonly TableCell[])[], columns: Columns, terminal: Terminal): string {
  return table(columns, lines.slice(0, SHOWN), terminal) + rest(lines.length - SHOWN, undefined, terminal);
}
