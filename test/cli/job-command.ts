/** `gait job …` in this process, for tests. */
import { readArguments } from "../../src/cli/arguments/read-arguments.ts";
import { wordsOf } from "../../src/cli/command/command.ts";
import { JOB_COMMANDS } from "../../src/cli/commands/job/command.ts";
import { type CommandResult, callOf, failure } from "../../src/cli/dispatch.ts";
import { jsonLine } from "../../src/core/verify/json-answer.ts";
import { QUIET_ENVIRONMENT } from "./quiet-environment.ts";

const environment = {
  ...QUIET_ENVIRONMENT,
  env: { SHELL: "/bin/sh" },
  now: () => Date.UTC(2027, 0, 1, 10, 0, 0, 120),
};

/** `gait job <line> --root …`, including what is printed; quoted words are one argument. */
export async function jobCommand(root: string, line: string): Promise<CommandResult> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  const spec = JOB_COMMANDS.find(({ verb }) => `${line} `.startsWith(`${verb} `));
  if (spec === undefined) throw new Error(`no command: ${line}`);
  const subject = { schemaId: spec.schemaId, operation: spec.verb, words: wordsOf(spec) };
  const tokens = [...words.slice(spec.verb.split(" ").length), "--root", root];
  const json = tokens.includes("--json");
  try {
    const answer = await spec.run(callOf(spec, readArguments(spec, tokens), environment));
    const { exit, text: stdout, notes: stderr = "" } = answer;
    if (!json) return { exit, stdout, stderr };
    const head = { schema_id: spec.schemaId, schema_version: "1.0.0", operation: spec.verb, ok: exit === 0 };
    return { exit, stdout: jsonLine({ ...answer.json, ...head }), stderr: "" };
  } catch (error) {
    return failure(error, subject, json, environment);
  }
}
