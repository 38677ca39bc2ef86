/** Few commands are loaded for some words: they must be all that those words can name, and told as if all were. */
import { describe, expect, test } from "bun:test";
import { findCommand } from "../../../src/cli/arguments/find-command.ts";
import { wordsOf } from "../../../src/cli/command/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { commandsFor } from "../../../src/cli/commands-by-words.ts";

const all = COMMANDS.map(wordsOf);

describe("the commands that are loaded for the first words", () => {
  for (const words of [...all, "verify", "job", "pack", ""]) {
    test(`find the same as all do: ${words || "none"}`, async () => {
      const few = await commandsFor(words.split(" "));
      for (const more of [[], ["x.zip"], ["--json", "x"], ["chain"], ["--help"], ["inspect"]]) {
        const argv = [...words.split(" ").filter((word) => word !== ""), ...more];
        const found = findCommand(argv, few);
        if (found.spec !== undefined) expect(found).toEqual(findCommand(argv, COMMANDS));
      }
    });
  }
  test("are few for those that programs start over and over, and all for any others", async () => {
    const names = async (...argv: string[]) => (await commandsFor(argv)).map(wordsOf);
    expect(await names("pack", "verify", "a.zip")).toEqual(["pack verify"]);
    expect(await names("verify", "a.zip")).toEqual(all.filter((words) => /^verify\b/.test(words)));
    expect(await names("job", "status")).toEqual(all.filter((words) => /^job\b/.test(words)));
    for (const argv of [[], ["pack"], ["verifi"], ["--json", "verify"], ["__proto__"], ["constructor", "x"]]) {
      expect(await names(...argv)).toEqual(all);
    }
  });
});
