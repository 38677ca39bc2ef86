/**
 * JUnit's XML, as CI systems read it (the schema of Jenkins' xUnit plug-in): a test case for each pack, a failure for
 * bad evidence, an error for a file without a verdict.
 */
import type { Finding } from "../../core/finding/finding.ts";
import { printable } from "../../core/text/printable.ts";
import type { PackResult, PacksSummary } from "../../schema/answer/packs.ts";
import type { Format } from "./format.ts";

export const JUNIT: Format = {
  streams: false,
  separator: "",
  begin: (summary) => {
    const counts = `tests="${summary.checked}" failures="${summary.failed}" errors="${summary.unreadable + summary.broken}"`;
    const suite = `  <testsuite name="gait pack verify" ${counts} skipped="0">\n`;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gait" ${counts}>\n${suite}${properties(summary)}`;
  },
  items: (result) => [testCase(result)],
  end: (_, warnings) => {
    const output = warnings.length === 0 ? "" : `    <system-err>${xml(warnings)}</system-err>\n`;
    return `${output}  </testsuite>\n</testsuites>\n`;
  },
};

function properties({ listed, shard, stopped }: PacksSummary): string {
  const all: readonly (readonly [string, string])[] = [
    ["listed", String(listed)],
    ...(shard === undefined ? [] : [["shard", `${shard.index}/${shard.count}`] as const]),
    ...(stopped ? [["stopped", "true"] as const] : []),
  ];
  const lines = all.map(([name, value]) => `      <property name="${name}" value="${value}"/>\n`).join("");
  return `    <properties>\n${lines}    </properties>\n`;
}

function testCase(result: PackResult): string {
  const open = `    <testcase name="${xml([result.path])}" classname="gait.pack.verify"`;
  const inside = "verify" in result ? insideVerdict(result) : unjudged(result);
  return inside === "" ? `${open}/>\n` : `${open}>\n${inside}    </testcase>\n`;
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

function unjudged({ reason, error, hint }: Exclude<PackResult, { verify: unknown }>): string {
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
