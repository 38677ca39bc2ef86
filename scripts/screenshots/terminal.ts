/** A command's terminal output as an HTML page, for a screenshot. */
import { dispatch } from "../../src/cli/dispatch.ts";
import { QUIET_ENVIRONMENT } from "../../test/cli/quiet-environment.ts";

const COLUMNS = 118;
const TERMINAL = { isTerminal: true, color: true, columns: COLUMNS };

const ENVIRONMENT = { ...QUIET_ENVIRONMENT, stdout: TERMINAL, stderr: TERMINAL };

/** Of the parameters that `src/cli/terminal/output.ts` writes. */
const STYLES: Readonly<Record<string, string>> = {
  "1": "font-weight:700",
  "2": "opacity:.65",
  "31": "color:#ff8a80",
  "32": "color:#7fd3a0",
  "33": "color:#e8bd66",
};

/** `folder` is removed from the output, as if the command had been typed there. */
export async function terminalPage(folder: string, words: readonly string[]): Promise<string> {
  const paths = words.map((word) => (word.includes(".") ? `${folder}/${word}` : word));
  const { stdout, stderr } = await dispatch(paths, ENVIRONMENT);
  const typed = `$ gait ${words.join(" ")}\n`;
  const text = escaped(typed + (stdout + stderr).replaceAll(`${folder}/`, ""));
  const spans = text.replace(
    /\u001b\[([0-9;]+)m/g,
    (_, codes: string) =>
      `</span><span style="${codes
        .split(";")
        .map((code) => STYLES[code] ?? "")
        .join(";")}">`,
  );
  return `<!doctype html><meta charset="utf-8"><style>
body { margin: 0; padding: 20px 24px; background: #16191c; color: #dfe1e3; width: max-content; }
pre { margin: 0; font: 13px/1.5 "DejaVu Sans Mono", monospace; }
</style><pre><span>${spans}</span></pre>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
