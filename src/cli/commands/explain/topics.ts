/** The work of `gait explain`. */

import { EVIDENCE_WORDS } from "../../../core/explain/evidence.ts";
import { EXPLANATIONS } from "../../../core/explain/finding.ts";
import { IMPORT_WARNINGS } from "../../../core/explain/import-warning.ts";
import { OTHER_WORDS, OUTCOMES } from "../../../core/explain/outcome.ts";
import { type OutcomeExplanation, VERDICTS } from "../../../core/explain/verdict.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { FINDING_RULES, type FindingCode } from "../../../core/finding/finding.ts";
import type { ExplainListOutput, ExplainTopicOutput } from "../../../schema/answer/program.ts";
import { nearest } from "../../arguments/nearest.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { ERRORS, EXITS } from "../../help/outcomes.ts";
import { rows, wrapped } from "../../terminal/rows.ts";
import { paint } from "../../terminal/style.ts";

export interface Topic extends OutcomeExplanation {
  readonly topic: string;
  readonly kind: ExplainListOutput["topics"][number]["kind"];
}

function outcomes(kind: Topic["kind"], table: Readonly<Record<string, OutcomeExplanation>>, prefix = ""): Topic[] {
  return Object.entries(table).map(([name, outcome]) => ({ topic: `${prefix}${name}`, kind, ...outcome }));
}

function findings(): Topic[] {
  return Object.entries(FINDING_RULES).map(([topic, { rule, hint }]) => ({
    topic,
    kind: "finding",
    summary: rule,
    action: hint,
    ...EXPLANATIONS[topic as FindingCode],
  }));
}

/** Everything that can be explained, in the order of the list. */
export const TOPICS: readonly Topic[] = [
  ...outcomes("verdict", VERDICTS),
  ...outcomes("outcome", OUTCOMES),
  ...outcomes("outcome", EVIDENCE_WORDS),
  ...outcomes("exit", EXITS, "exit-"),
  ...findings(),
  ...outcomes("error", ERRORS),
  ...outcomes("import", IMPORT_WARNINGS),
];

const HEADINGS: Readonly<Record<Topic["kind"], string>> = {
  verdict: "Verdicts",
  outcome: "Words for calls, jobs and evidence",
  exit: "Exits",
  finding: "Findings, with the broken rule",
  error: "Errors: wrong usage, or a problem on this machine",
  import: "Warnings of gait run import",
};

export async function explain(call: Call): Promise<Answer<ExplainListOutput | ExplainTopicOutput>> {
  // `exit 2` in two words too.
  const asked = call.positionals.join(" ");
  if (asked !== "") return explained(call, topicNamed(asked));
  const blocks = Object.entries(HEADINGS).map(([kind, heading]) => {
    const lines = TOPICS.filter((each) => each.kind === kind).map(({ topic, summary }) => [topic, summary] as const);
    return `${paint(heading, "strong", call.stdout)}\n${rows(lines, call.stdout, "  ")}`;
  });
  const topics = TOPICS.map(({ topic, kind, summary }) => ({ topic, kind, summary }));
  return { exit: EXIT.ok, json: { topics }, text: blocks.join("\n") };
}

function explained(call: Call, explanation: Topic): Answer<ExplainTopicOutput> {
  const { topic, kind, summary, meaning, innocently, attack, action } = explanation;
  const members = {
    ...{ topic, kind, summary, meaning, action },
    ...(innocently === undefined ? {} : { innocently }),
    ...(attack === undefined ? {} : { attack }),
  };
  const parts: readonly (readonly [string, string | undefined])[] = [
    [kind === "finding" ? "The rule" : "", summary],
    ["Meaning", meaning],
    ["Innocent cause", innocently],
    ["Malicious cause", attack],
    ["What to do", action],
  ];
  const width = Math.min(call.stdout.columns ?? 100, 100);
  const text = parts
    .filter(([, sentences]) => sentences !== undefined)
    .map(([heading, sentences = ""]) => {
      const title = heading === "" ? "" : `${paint(heading, "dim", call.stdout)}\n`;
      return `${title}${wrapped(sentences, width, "  ")}`;
    });
  const title = `${paint(topic, "strong", call.stdout)} (${kind})`;
  return { exit: EXIT.ok, json: { explanation: members }, text: `${title}\n\n${text.join("\n")}` };
}

/** @throws GaitError `not_found` with the nearest topic */
function topicNamed(asked: string): Topic {
  // Accepts the spellings seen elsewhere: `Exit 2`, `exit code 2`, `exit_2`, plain 2, codes in capitals or with dashes.
  const words = asked.toLowerCase();
  const name = (OTHER_WORDS[words] ?? words).replace(/^(?:exit)?(?:[-_ ]code)?[-_ ]?(\d)$/, "exit-$1");
  const found = TOPICS.find(({ topic }) => topic === name || topic === name.replaceAll("-", "_"));
  if (found !== undefined) return found;
  if (/^exit(?:[-_ ]|$)/.test(name)) {
    throw new GaitError("not_found", `there is no topic ${JSON.stringify(asked)}`, {
      hint: `The exits are ${Object.keys(EXITS).join(", ")}: gait explain exit 2.`,
    });
  }
  const names = TOPICS.map(({ topic }) => topic);
  const near =
    nearest(name, names) ?? names.find((topic) => name.length > 3 && topic.includes(name.replaceAll("-", "_")));
  throw new GaitError("not_found", `there is no topic ${JSON.stringify(asked)}`, {
    hint: near === undefined ? "gait explain lists everything." : `Did you mean ${near}?`,
  });
}
