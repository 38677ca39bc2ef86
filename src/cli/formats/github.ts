/**
 * GitHub Actions: the text for people, and for each bad pack an annotation by a workflow command (GitHub's "Workflow
 * commands for GitHub Actions"). The summary of the step is Markdown in the file that `GITHUB_STEP_SUMMARY` names.
 */
import { printable } from "../../core/text/printable.ts";
import type { PackResult } from "../../schema/answer/packs.ts";
import type { Terminal } from "../command/command.ts";
import type { Format } from "./format.ts";
import { textFormat } from "./text.ts";

/** @param place a pack's path as the report names it */
export function githubFormat(place: (path: string) => string, terminal: Terminal): Format {
  const text = textFormat(terminal);
  return {
    ...text,
    tellsFault: true,
    items: (result, milliseconds) => [...text.items(result, milliseconds), ...annotations(place(result.path), result)],
    end(told) {
      const list =
        told.fault === undefined
          ? []
          : [command("error", { title: "gait" }, [`${told.fault.error}. ${told.fault.hint}`])];
      return [
        ...list,
        ...told.warnings.map((warning) => command("warning", { title: "gait" }, [warning])),
        text.end(told),
      ].join("");
    },
  };
}

/** One for each pack: GitHub shows ten of a step, and the log has every finding. */
function annotations(file: string, result: PackResult): string[] {
  if (result.ok) return [];
  if (!("verify" in result)) {
    return [command("error", { file, title: `gait: ${result.reason}` }, [`${result.error}. ${result.hint}`])];
  }
  const { findings, reason } = result.verify;
  const title = `gait: ${findings[0]?.code ?? "failed"}`;
  const lines = findings.map(
    ({ code, path, message }) => `${code}  ${path === undefined ? "" : `${path}: `}${message}`,
  );
  return [command("error", { file, title }, [`${file}: ${reason}`, ...lines])];
}

/** `::error file=a.zip,title=gait::text`: line ends and the marks of the syntax are percent-encoded. */
function command(
  name: "error" | "warning",
  properties: Readonly<Record<string, string>>,
  lines: readonly string[],
): string {
  const data = (text: string): string => printable(text).replaceAll("%", "%25");
  const value = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const given = Object.entries(properties).map(([key, text]) => `${key}=${value(text)}`);
  return `::${name} ${given.join(",")}::${lines.map(data).join("%0A")}\n`;
}
