/** SARIF 2.1.0 (OASIS), as code scanning reads it: a rule for each kind of finding, a result for each finding. */

import { FINDING_RULES, type FindingCode } from "../../core/finding/finding.ts";
import { jsonLine } from "../../core/verify/json-answer.ts";
import type { PackResult } from "../../schema/answer/packs.ts";
import { BUILD } from "../command/build-info.ts";
import { exitOfTold, type Format, type ListFault, type Told, type TrustTold, trustOfResult } from "./format.ts";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const CODES = Object.keys(FINDING_RULES) as FindingCode[];

/** Unreadable files are not results but notifications of the run: at most this many, then a count of the rest. */
const MOST_NOTIFICATIONS = 10_000;

/**
 * The region that code scanning asks for. An archive has no lines, so it is the first character: GitHub shows an alert at
 * the top of the file then.
 */
const REGION = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 } as const;

/** Where the rules are explained, as far as that is on the network: `gait explain CODE` says the same, without one. */
const HOME = "https://gait.dev";

/** @param place a pack's path as the report names it */
export function sarifFormat(place: (path: string) => string): Format {
  const notifications: object[] = [];
  let left = 0;
  let trust: TrustTold | undefined;
  const all = (): readonly object[] =>
    left === 0
      ? notifications
      : [...notifications, { level: "error", message: { text: `${left} more have no verdict` } }];
  return {
    streams: false,
    tellsFault: true,
    separator: ",",
    begin: (told) => around(told, all(), trust)[0],
    items(result) {
      const uri = uriOf(place(result.path));
      trust ??= trustOfResult(result);
      if ("verify" in result) return resultsOf(result, uri);
      if (notifications.length < MOST_NOTIFICATIONS) notifications.push(notificationOf(result, uri));
      else left += 1;
      return [];
    },
    end: (told) => around(told, all(), trust)[1],
  };
}

function resultsOf({ verify }: Extract<PackResult, { verify: unknown }>, uri: string): string[] {
  // Who counts and how many are missing, beside each finding: a result has nowhere else to say it.
  const needs = verify.trust === undefined ? {} : { needs: verify.trust.needs };
  return verify.findings.map(({ code, path: inside, message, expected, actual, hint }) => {
    const within = inside === undefined ? "" : `${inside}: `;
    const location = {
      physicalLocation: { artifactLocation: { uri }, region: REGION },
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
      properties: { ...found, ...(hint === undefined ? {} : { hint }), ...needs },
    }).trimEnd();
  });
}

/** @param uri of the pack; none for the list itself */
function notificationOf({ reason, error, hint }: ListFault, uri?: string): object {
  return {
    descriptor: { id: reason },
    level: "error",
    message: { text: `${error}. ${hint}` },
    ...(uri === undefined ? {} : { locations: [{ physicalLocation: { artifactLocation: { uri }, region: REGION } }] }),
  };
}

/** The document without its results: the parts before and after them. */
function around(told: Told, notifications: readonly object[], trust?: TrustTold): [before: string, after: string] {
  const { summary, warnings, fault } = told;
  const exit = exitOfTold(told);
  const driver = { name: "gait", version: BUILD.version, semanticVersion: BUILD.version, informationUri: HOME };
  const run = {
    tool: { driver: { ...driver, rules: CODES.map(ruleOf) } },
    columnKind: "utf16CodeUnits",
    properties: { summary, ...(trust === undefined ? {} : { trust }) },
    invocations: [
      {
        executionSuccessful: summary.unreadable + summary.broken === 0 && fault === undefined,
        exitCode: exit,
        toolExecutionNotifications: [
          ...(fault === undefined ? [] : [notificationOf(fault)]),
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
    name: code.replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: rule },
    fullDescription: { text: `${rule} \`gait explain ${code}\` says more, without a network.` },
    help: { text: hint },
    helpUri: `${HOME}/findings#${code}`,
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
