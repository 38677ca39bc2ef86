/**
 * Transcripts in documents. A ```console block is a session: `$ command`, its output on both streams, then `exit N`
 * if that is not 0. `…` matches text that changes; a line of only `…` matches any number of lines.
 */
import { expect } from "bun:test";

export interface Step {
  readonly command: string;
  readonly output: string;
}

export interface Session {
  /** The folder that the commands run in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A command that runs the shell, for example in a separate network. */
  readonly inside?: readonly string[];
}

/** Guides in docs/agents whose commands are those of `examples/`. */
export const LIBRARY_GUIDES: readonly string[] = ["ai-sdk.md", "langchain.md", "openai-agents.md"];

/** The commands of all sessions in a document, in order. */
export function stepsOf(document: string): Step[] {
  const steps: Step[] = [];
  for (const [, block = ""] of document.matchAll(/^```console\n(.*?)^```$/gms)) {
    for (const part of block.split(/^\$ /m).slice(1)) {
      const end = part.indexOf("\n");
      steps.push({ command: part.slice(0, end), output: part.slice(end + 1) });
    }
  }
  return steps;
}

export function outputPattern(output: string): RegExp {
  const lines = output.split("\n").map((line) => {
    if (line === "…") return "(?:.*\\n)*?";
    return `${line.split("…").map(RegExp.escape).join(".*")}\\n`;
  });
  // The last element is the empty text after the last line end.
  return new RegExp(`^${lines.slice(0, -1).join("")}$`);
}

/** Runs the commands one after another, and compares each output with the document. */
export function expectTranscript(steps: readonly Step[], { cwd, env, inside = [] }: Session): void {
  for (const { command, output } of steps) {
    const ran = Bun.spawnSync([...inside, "bash", "-c", `{ ${command}\n} 2>&1`], { cwd, env, stdin: "ignore" });
    const exit = ran.exitCode === 0 ? "" : `exit ${ran.exitCode}\n`;
    const printed = `${ran.stdout}${exit}`;
    if (!outputPattern(output).test(printed)) expect(`$ ${command}\n${printed}`).toBe(`$ ${command}\n${output}`);
  }
}
