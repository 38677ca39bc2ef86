/** The outcome of a set of fixtures, as JSON and as JUnit (contract 13.3). */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import type { Grade } from "./grade.ts";

export interface Outcome {
  readonly fixtureSet: string;
  /** RFC 3339 in UTC: the first fixture's run. */
  readonly createdAt: string;
  readonly producerVersion: string;
  /** Sorted by name. */
  readonly grades: readonly Grade[];
}

export function failedOf({ grades }: Outcome): readonly Grade[] {
  return grades.filter(({ status }) => status === "fail");
}

/** Indented, with the members in the order of the Go implementation; those of `details` are sorted. */
export function outcomeJson(outcome: Outcome): string {
  const { fixtureSet, createdAt, producerVersion, grades } = outcome;
  const result = {
    schema_id: "gait.regress.result",
    schema_version: "1.0.0",
    created_at: createdAt,
    producer_version: producerVersion,
    fixture_set: fixtureSet,
    status: failedOf(outcome).length > 0 ? "fail" : "pass",
    graders: grades.map(({ name, status, reason_codes, details }) => ({
      ...{ name, status, reason_codes },
      details: sorted(details),
    })),
  };
  return `${JSON.stringify(result, null, 2)}\n`;
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value).sort(compareUtf8);
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] as JsonValue)]));
}

export function outcomeJunit(outcome: Outcome): string {
  const { fixtureSet, grades } = outcome;
  const counts = `tests="${grades.length}" failures="${failedOf(outcome).length}" errors="0" skipped="0" time="0"`;
  const cases = grades.map((each) => {
    const [fixture = "", grader = ""] = each.name.split("/");
    const head = `    <testcase name="${xml(grader)}" classname="${xml(fixture)}" time="0">`;
    if (each.status === "pass") return `${head}</testcase>\n`;
    const why = xml(each.reason_codes.join(","));
    return `${head}\n      <failure message="${why}" type="regress_failure">${why}</failure>\n    </testcase>\n`;
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n` +
    `  <testsuite name="gait.regress.${xml(fixtureSet)}" ${counts}>\n${cases.join("")}  </testsuite>\n</testsuites>\n`
  );
}

/** Characters that XML 1.0 can't have at all become U+FFFD. */
function xml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&#34;",
    "'": "&#39;",
  };
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => names[character] ?? "")
    .replace(/[\t\n\r]/g, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`);
}
