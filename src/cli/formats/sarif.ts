/** SARIF 2.1.0 (OASIS), as code scanning reads it: a rule for each kind of finding, a result for each finding. */

import { FINDING_RULES, type FindingCode } from "../../core/finding/finding.ts";
import { jsonLine } from "../../core/verify/json-answer.ts";
import type { PackResult, PacksSummary } from "../../schema/answer/packs.ts";
import { BUILD } from "../command/build-info.ts";
import { exitOfSummary, type Format } from "./format.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const CODES = Object.keys(FINDING_RULES) as FindingCode[];

/** Unreadable files are not results but notifications of the run: at most this many, then a count of the rest. */
const MOST_NOTIFICATIONS = 10_000;

export function sarifFormat(): Format {
  const notifications: object[] = [];
  let left = 0;
  const all = (): readonly object[] =>
    left === 0
      ? notifications
      : [...notifications, { level: "error", message: { text: `${left} more have no verdict` } }];
  return {
    streams: false,
    separator: ",",
    begin: (summary, warnings) => around(summary, all(), warnings)[0],
    items(result) {
      if ("verify" in result) return resultsOf(result);
      if (notifications.length < MOST_NOTIFICATIONS) notifications.push(notificationOf(result));
      else left += 1;
      return [];
    },
    end: (summary, warnings) => around(summary, all(), warnings)[1],
  };
}

function resultsOf({ path, verify }: Extract<PackResult, { verify: unknown }>): string[] {
  return verify.findings.map(({ code, path: inside, message, expected, actual, hint }) => {
    const within = inside === undefined ? "" : `${inside}: `;
    const location = {
      physicalLocation: { artifactLocation: { uri: uriOf(path) } },
      ...(inside === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: inside.toWellFormed() }] }),
    };
    const found = { ...(expected === undefined ? {} : { expected }), ...(actual === undefined ? {} : { actual }) };
    return jsonLine({
      ruleId: code,
      ruleIndex: CODES.indexOf(code as FindingCode),
      kind: "fail",
      level: "error",
      message: { text: `${within}${message}` },
      locations: [location],
      properties: { ...found, ...(hint === undefined ? {} : { hint }) },
    }).trimEnd();
  });
}

function notificationOf({ path, reason, error, hint }: Exclude<PackResult, { verify: unknown }>): object {
  return {
    descriptor: { id: reason },
    level: "error",
    message: { text: `${error}. ${hint}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }],
  };
}

/** The document without its results: the parts before and after them. */
function around(
  summary: PacksSummary,
  notifications: readonly object[],
  warnings: readonly string[],
): [before: string, after: string] {
  const exit = exitOfSummary(summary);
  const run = {
    tool: { driver: { name: "gait", version: BUILD.version, rules: CODES.map(ruleOf) } },
    columnKind: "utf16CodeUnits",
    properties: { summary },
    invocations: [
      {
        executionSuccessful: summary.unreadable + summary.broken === 0,
        exitCode: exit,
        toolExecutionNotifications: [
          ...notifications,
          ...warnings.map((text) => ({ level: "warning", message: { text } })),
        ],
      },
    ],
  };
  const whole = jsonLine({ $schema: SCHEMA, version: "2.1.0", runs: [{ results: [], ...run }] });
  // Quotes in the evidence's text are escaped.
  const mark = '"results":[';
  const place = whole.indexOf(mark) + mark.length;
  return [whole.slice(0, place), whole.slice(place)];
}

function ruleOf(code: FindingCode): object {
  const { rule, hint } = FINDING_RULES[code];
  return {
    id: code,
    shortDescription: { text: rule },
    help: { text: hint },
    defaultConfiguration: { level: "error" },
  };
}

/** A path as an RFC 3986 URI reference: relative as it was given, absolute with its scheme. */
export function uriOf(path: string): string {
  const parts = path.toWellFormed().replaceAll("\\", "/").split("/");
  const encoded = parts.map((part) => (/^[A-Za-z]:$/.test(part) ? part : encodeURIComponent(part))).join("/");
  if (/^[A-Za-z]:\//.test(encoded)) return `file:///${encoded}`;
  return encoded.startsWith("/") ? `file://${encoded}` : encoded;
}
