/** The commands of version 1.4 of the Go implementation, as its index has them: each exits as is right (contract 9), in this process. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { dispatch } from "../../../src/cli/dispatch.ts";
import { LATER, type LaterItem, laterItems } from "../../go-vectors.ts";
import { QUIET_ENVIRONMENT } from "../quiet-environment.ts";

interface Row extends LaterItem {
  readonly key_env?: Readonly<Record<string, string>>;
  readonly ages_seconds?: Readonly<Record<string, number>>;
}

/** Commands of its policy gate and its voice gateway, which are other products. */
const OTHER_PRODUCTS = /^(gate|voice|policy) /;
/** Rows that build on each other: tests of their own. */
const IN_ORDER = new Set(["job-step", "session", "session-file"]);
const OUTPUTS = new Set([
  "--out",
  "--out-dir",
  "--otel-out",
  "--postgres-sql-out",
  "--output",
  "--report-out",
  "--junit",
]);

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), "gait-later-rows-"));
const ROWS = (laterItems(({ command, expected_exit }) => command !== undefined && expected_exit !== undefined) as Row[])
  .filter(({ kind, command }) => !IN_ORDER.has(kind) && !OTHER_PRODUCTS.test(command.slice("gait ".length)))
  .map((row) => ({ ...row, line: row.command.slice("gait ".length) }));
/** A row names the keys that it brought in; later rows use them too. */
const KEYS = Object.assign({}, ...ROWS.map(({ key_env }) => key_env ?? {})) as Record<string, string>;
const AGES = (laterItems(({ kind }) => kind === "guard-retain") as Row[]).find(
  ({ ages_seconds: a }) => a,
)?.ages_seconds;

beforeAll(() => {
  cpSync(LATER, folder, { recursive: true });
  for (const [name, age] of Object.entries(AGES ?? {})) {
    const path = join(folder, "retain", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
    const time = Date.now() / 1000 - age;
    utimesSync(path, time, time);
  }
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

describe("rows", () => {
  for (const [index, row] of ROWS.entries()) {
    test(`${row.kind}: gait ${row.line}`, async () => {
      process.chdir(row.kind.startsWith("regress") ? join(folder, "regress") : folder);
      if (row.kind === "regress-init")
        for (const name of ["gait.yaml", "fixtures"]) rmSync(name, { recursive: true, force: true });
      if (row.kind === "regress-run") cpSync(join(LATER, "regress"), ".", { recursive: true });
      // What is there belongs to the Go implementation: what is written anew goes beside it.
      const words = row.line.split(" ").map((word, at, all) => {
        if (!OUTPUTS.has(all[at - 1] ?? "")) return word;
        mkdirSync(`_new${index}`, { recursive: true });
        return join(`_new${index}`, basename(word));
      });
      if (row.kind === "guard-encrypt" && row.file !== undefined && existsSync(row.file)) rmSync(row.file);
      const { exit, stdout } = await dispatch(words, {
        ...QUIET_ENVIRONMENT,
        env: KEYS,
        cwd: process.cwd(),
        now: Date.now,
      });
      expect({ exit, stdout }).toMatchObject({ exit: row.expected_exit });
    });
  }
});
