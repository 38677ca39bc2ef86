/** The limits that a caller can set, on every command that reads an archive. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archive } from "../../core/zip/archive/builder.ts";
import { vectorPath } from "../../go-vectors.ts";
import { gait } from "../gait.ts";

const PACK = vectorPath("packs/raw/pack_run_alpha.zip");
const RUNPACK = vectorPath("runpacks/raw/runpack_run_alpha.zip");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-limits-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function answer(args: readonly string[]): { exit: number | null; codes: string[] } {
  const { exit, stdout } = gait([...args, "--json"]);
  const { verify, findings = verify?.findings ?? [] } = JSON.parse(stdout);
  return { exit, codes: findings.map(({ code }: { code: string }) => code) };
}

const COMMANDS: readonly (readonly string[])[] = [
  ["pack", "verify", PACK],
  ["verify", PACK],
  ["pack", "inspect", PACK],
  ["pack", "diff", PACK, PACK],
  ["run", "inspect", RUNPACK],
  ["run", "receipt", RUNPACK],
];

for (const command of COMMANDS) {
  const [file = ""] = command.slice(-1);
  describe(command.filter((word) => word !== file).join(" "), () => {
    test("exactly as much as there is", () => {
      const limits = ["--max-entries", "20", "--max-bytes", "1M", "--max-ratio", "1"];
      expect(answer([...command, ...limits])).toEqual({ exit: 0, codes: [] });
    });
    test("fewer entries", () => {
      expect(answer([...command, "--max-entries", "2"])).toMatchObject({
        exit: 2,
        codes: { 0: "zip_too_many_entries" },
      });
    });
    test("fewer bytes", () => {
      expect(answer([...command, "--max-bytes=100"])).toMatchObject({ exit: 2, codes: { 0: "zip_too_large" } });
    });
    test("an invalid limit", () => {
      const { exit, stderr } = gait([...command, "--max-bytes", "much"]);
      expect(exit).toBe(6);
      expect(stderr).toContain(`--max-bytes can't be "much"`);
    });
    test("the help lists the limits", () => {
      const { stdout } = gait([...command, "--help"]);
      for (const text of ["--max-entries <N>", "(default: 10000)", "(default: 1024G)", "(default: 200)"])
        expect(stdout).toContain(text);
    });
  });
}

test("an embedded archive counts against the same limits", () => {
  // 3 entries outside and 5 inside.
  expect(answer(["pack", "verify", PACK, "--max-entries", "8"])).toEqual({ exit: 0, codes: [] });
  expect(answer(["pack", "verify", PACK, "--max-entries", "7"])).toMatchObject({
    exit: 2,
    codes: ["zip_too_many_entries"],
  });
});

test("the ratio is checked for large content only", () => {
  const path = join(folder, "claims.zip");
  const size = 512 * 2 ** 20;
  const data = new Uint8Array(2 * 2 ** 20);
  writeFileSync(path, archive({ entries: [{ name: "a", deflate: true, data, both: { uncompressedSize: size } }] }));
  expect(answer(["verify", path]).codes[0]).toBe("zip_ratio_exceeded");
  expect(answer(["verify", path, "--max-ratio", "300"]).codes).toEqual(["manifest_missing"]);
});
