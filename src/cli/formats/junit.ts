/**
 * JUnit's XML, as CI systems read it (the schema of Jenkins' xUnit plug-in): a test case for each pack, a failure for
 * bad evidence, an error for a file without a verdict, and for a list that is empty or can't be read.
 */
import type { Finding } from "../../core/finding/finding.ts";
import { printable } from "../../core/text/printable.ts";
import type { PackResult } from "../../schema/answer/packs.ts";
import { type Format, type ListFault, type Told, type TrustTold, trustOfResult } from "./format.ts";

/** @param place a pack's path as the report names it */
export function junitFormat(place: (path: string) => string): Format {
  let milliseconds = 0;
  let trust: TrustTold | undefined;
  return {
    streams: false,
    tellsFault: true,
    separator: "",
    begin: (told) => head(told, milliseconds, trust),
    items(result, took) {
      milliseconds += took;
      trust ??= trustOfResult(result);
      return [testCase(place(result.path), result, took)];
    },
    end({ warnings, fault }) {
      const output = warnings.length === 0 ? "" : `    <system-err>${xml(warnings)}</system-err>\n`;
      return `${fault === undefined ? "" : noList(fault)}${output}  </testsuite>\n</testsuites>\n`;
    },
  };
}

function head({ summary, fault }: Told, milliseconds: number, trust?: TrustTold): string {
  const lists = fault === undefined ? 0 : 1;
  const counts =
    `tests="${summary.checked + lists}" failures="${summary.failed}" ` +
    `errors="${summary.unreadable + summary.broken + lists}"`;
  const time = `time="${seconds(milliseconds)}"`;
  const { listed, shard, stopped } = summary;
  const properties: readonly (readonly [string, string])[] = [
    ["listed", String(listed)],
    ...(shard === undefined ? [] : [["shard", `${shard.index}/${shard.count}`] as const]),
    ...(stopped ? [["stopped", "true"] as const] : []),
    ...Object.entries(trust ?? {}).map(([name, value]) => [`trust.${name}`, xml([String(value)])] as const),
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="gait" ${counts} ${time}>`,
    `  <testsuite name="gait pack verify" ${counts} skipped="0" ${time}>`,
    "    <properties>",
    ...properties.map(([name, value]) => `      <property name="${name}" value="${value}"/>`),
    "    </properties>\n",
  ].join("\n");
}

function testCase(place: string, result: PackResult, milliseconds: number): string {
  const name = xml([place]);
  const open = `    <testcase name="${name}" classname="gait.pack.verify" file="${name}" time="${seconds(milliseconds)}"`;
  const inside = "verify" in result ? insideVerdict(result) : errorOf(result);
  return inside === "" ? `${open}/>\n` : `${open}>\n${inside}    </testcase>\n`;
}

/** The list in the place of a test case: a report without any would pass as one where all is well. */
function noList(fault: ListFault): string {
  return `    <testcase name="the list of packs" classname="gait.pack.verify">\n${errorOf(fault)}    </testcase>\n`;
}

function insideVerdict({ verify, warnings = [] }: Extract<PackResult, { verify: unknown }>): string {
  const [first] = verify.findings;
  const output = [...(verify.verdict === "failed" ? [] : [`${verify.verdict}: ${verify.reason}`]), ...warnings];
  const failure =
    first === undefined
      ? ""
      : `      <failure type="${xml([first.code])}" message="${xml([verify.reason])}">${xml(
          verify.findings.flatMap((each) => findingText(each as Finding)),
        )}</failure>\n`;
  return `${failure}${output.length === 0 ? "" : `      <system-out>${xml(output)}</system-out>\n`}`;
}

function errorOf({ reason, error, hint }: ListFault): string {
  return `      <error type="${xml([reason])}" message="${xml([error])}">${xml([hint])}</error>\n`;
}

function findingText({ code, path, message, expected, actual, hint }: Finding): string[] {
  return [
    `${code}  ${path === undefined ? "" : `${path}: `}${message}`,
    ...(expected === undefined ? [] : [`  expected: ${expected}`]),
    ...(actual === undefined ? [] : [`  found: ${actual}`]),
    `  hint: ${hint}`,
  ];
}

/** JUnit's times are seconds. */
function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * Lines as text or as the value of an attribute. XML 1.0 can't represent most control characters, nor U+FFFE and U+FFFF
 * (XML 1.0 section 2.2): they are shown as escapes.
 */
export function xml(lines: readonly string[]): string {
  return lines
    .map(printable)
    .join("\n")
    .replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
