/** How an imported run is shown: what its calls were given, and what it was imported from. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gait } from "../gait.ts";

const SESSION = join(dirname(import.meta.dir), "../../docs/examples/session.jsonl");
const PUSH = "git push --force origin main";

let cwd: string;
const paths: Record<string, string> = {};

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "gait-shown-"));
  for (const mode of ["raw", "reference"]) {
    const args = ["--capture-mode", mode, "--pack", "--keep-source", "--out-dir", mode, "--html", `${mode}.html`];
    expect(gait(["run", "import", SESSION, ...args], { cwd, env: {} })).toMatchObject({ exit: 0 });
    for (const name of readdirSync(join(cwd, mode))) paths[`${mode} ${name.split("_")[0]}`] = `${mode}/${name}`;
  }
});

afterAll(() => rmSync(cwd, { recursive: true }));

test("--with-arguments shows them where they are kept; without it, or where they are not, there are none", () => {
  for (const [command, kind] of [
    ["pack", "pack"],
    ["run", "runpack"],
  ] as const) {
    const shown = (mode: string, ...flags: string[]): string =>
      gait([command, "inspect", paths[`${mode} ${kind}`] ?? "", ...flags], { cwd, env: {} }).stdout;
    expect(shown("raw", "--with-arguments")).toContain(PUSH);
    expect(shown("raw")).not.toContain(PUSH);
    expect(shown("reference", "--with-arguments")).toContain("toolu_06");
    expect(shown("reference", "--with-arguments")).not.toContain(PUSH);
  }
});

test("the report has a column of arguments where they are kept", () => {
  const raw = readFileSync(join(cwd, "raw.html"), "utf8");
  const reference = readFileSync(join(cwd, "reference.html"), "utf8");
  expect(raw).toContain(">Arguments</th>");
  expect(raw).toContain(PUSH);
  expect(reference).not.toContain(">Arguments</th>");
  expect(reference).not.toContain(PUSH);
});

test("what it was imported from is named, with its format and the rules", () => {
  const { stdout } = gait(["pack", "verify", paths["raw pack"] ?? "", "--json"], { cwd, env: {} });
  expect(JSON.parse(stdout).verify.imported_from).toEqual([
    expect.objectContaining({ name: "session.jsonl", format: "claude-code", importer: "gait.import/1" }),
  ]);
  expect(readFileSync(join(cwd, "raw.html"), "utf8")).toContain(
    "session.jsonl, which is in the pack; by gait.import/1, as claude-code",
  );
});
