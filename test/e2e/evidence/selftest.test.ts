/** `gait selftest` of the executable: alone, in hostile environments. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SELFTEST_CHECKS } from "../../../src/core/selftest/selftest.ts";
import { conforms } from "../answers.ts";
import { bash, GAIT, gait } from "../gait.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-selftest-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every check passes, and prints a line", () => {
  const { exit, stdout, stderr } = gait(["selftest"], { cwd: folder });
  expect([exit, stderr]).toEqual([0, ""]);
  for (const { name } of SELFTEST_CHECKS) expect(stdout).toMatch(new RegExp(`^ok {6}${name} +\\S`, "m"));
  expect(stdout).toEndWith(`ok  all ${SELFTEST_CHECKS.length} checks\n`);
  expect(readdirSync(folder)).toEqual([]);
});

test("--json fits its schema, and names its platform", () => {
  const { exit, stdout } = gait(["selftest", "--json"]);
  const answer = JSON.parse(stdout);
  expect([exit, conforms(answer)]).toEqual([0, []]);
  const checks = SELFTEST_CHECKS.map(({ name, shows }) => ({ name, ok: true, shows }));
  expect(answer).toMatchObject({ ok: true, passed: checks.length, failed: 0, checks, arch: process.arch });
  expect(answer.os).toStartWith(`${process.platform} `);
});

test("it depends on no folder, time zone, locale or home", () => {
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./evil.ts"]\n');
  writeFileSync(join(folder, "evil.ts"), "process.exit(0);\n");
  writeFileSync(join(folder, ".env"), "TZ=Asia/Kolkata\n");
  const usual = gait(["selftest", "--json"]);
  const env = { TZ: "Asia/Kolkata", LC_ALL: "tr_TR.UTF-8", HOME: "/nonexistent", TMPDIR: "/nonexistent" };
  expect(gait(["selftest", "--json"], { cwd: folder, env })).toEqual(usual);
});

const NAMESPACES = "unshare --user --map-root-user --mount --net true";
const hasNamespaces = bash(NAMESPACES).exit === 0;
if (process.env["CI"] === "true" && process.platform === "linux" && !hasNamespaces) {
  throw new Error(`this machine must run \`${NAMESPACES}\``);
}

test.skipIf(!hasNamespaces)(
  "nothing is written, nothing is fetched (needs unshare): a read-only root without network",
  () => {
    const script =
      'unshare --user --map-root-user --mount --net sh -c "mount -o remount,bind,ro / && ! touch /tmp/x 2>/dev/null; exec $GAIT selftest"';
    expect(bash(script, { env: { GAIT } })).toMatchObject({ exit: 0, stderr: "" });
  },
);
