/** The table in docs/compatibility.md: each command of the index is in it, and what is not there is not there. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wordsOf } from "../../../src/cli/command/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { laterItems } from "../../go-vectors.ts";

const text = readFileSync(join(import.meta.dir, "../../../docs/compatibility.md"), "utf8");
const ROWS = text
  .slice(text.indexOf("## Commands of the Go implementation"))
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => {
    const [, commands = "", here = ""] = line
      .split(" | ")
      .map((cell) => cell.replace(/^\| /, ""))
      .toSpliced(0, 0, "");
    return { commands: [...commands.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name), here };
  });
const NAMED = ROWS.flatMap(({ commands }) => commands);

test("a command is the same, stricter, or not there", () => {
  expect(ROWS.length).toBeGreaterThan(15);
  expect(new Set(ROWS.map(({ here }) => here))).toEqual(new Set(["same", "stricter", "not there"]));
});

test("every command of the index is in the table", () => {
  const used = laterItems(({ command }) => command !== undefined).map(({ command }) => command.split(" ").slice(1));
  const isNamed = ([noun = "", verb = ""]: string[]): boolean =>
    [`${noun} ${verb}`, `${noun} …`, `${noun} ${verb} …`, noun].some((name) => NAMED.includes(name)) ||
    NAMED.includes(verb);
  expect(used.filter((words) => !isNamed(words)).map((words) => words.join(" "))).toEqual([]);
});

test("what is not there is no command here", () => {
  const known = new Set(COMMANDS.flatMap((spec) => [wordsOf(spec), spec.noun ?? wordsOf(spec)]));
  const missing = ROWS.filter(({ here }) => here === "not there").flatMap(({ commands }) => commands);
  expect(missing.filter((name) => known.has(name))).toEqual([]);
});
