/** Which exits the help of each command lists: those that it can have, and no others. */
import { describe, expect, test } from "bun:test";
import { wordsOf } from "../../src/cli/command/command.ts";
import { EXIT } from "../../src/cli/command/exit.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { commandHelp, nounHelp, overview } from "../../src/cli/help/help.ts";

const COMMON = [EXIT.ok, EXIT.internal, EXIT.failed, EXIT.invalidInput];
/** Where the exit is given: `core/job/decide.ts`, `cli/commands/regress/run.ts`, `cli/commands/run/rerun/replay.ts`. */
const FURTHER: Readonly<Record<string, number>> = {
  "job resume": EXIT.approvalRequired,
  "regress run": EXIT.regressFailed,
  "regress bootstrap": EXIT.regressFailed,
  "run replay": EXIT.unsafe,
};

function exitsIn(help: string): number[] {
  const [, list = ""] = help.split("\nExits:\n");
  const [lines = ""] = list.split("\n\n");
  return [...lines.matchAll(/^ {2}(\d) {2}\S/gm)].map(([, exit]) => Number(exit));
}

function sorted(exits: readonly (number | undefined)[]): number[] {
  return exits.filter((exit) => exit !== undefined).toSorted((left, right) => left - right);
}

describe("the exits of a command", () => {
  for (const spec of COMMANDS) {
    test(wordsOf(spec), () => {
      expect(exitsIn(commandHelp(spec))).toEqual(sorted([...COMMON, FURTHER[wordsOf(spec)]]));
    });
  }
  test("all commands with further exits are there", () => {
    expect(COMMANDS.map(wordsOf)).toEqual(expect.arrayContaining(Object.keys(FURTHER)));
  });
});

test("a noun lists those of its commands, and the program all", () => {
  const job = COMMANDS.filter(({ noun }) => noun === "job");
  expect(exitsIn(nounHelp("job", job))).toEqual(sorted([...COMMON, EXIT.approvalRequired]));
  expect(exitsIn(overview(COMMANDS))).toEqual(Object.values(EXIT));
});
