/** Where `npm run demo` leaves its files. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demoFolder } from "../../scripts/demo/folder.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gait-demo-test-"));
});

afterAll(() => rmSync(root, { recursive: true }));

test("a folder that can be written is emptied first", () => {
  const path = join(root, "demo");
  demoFolder(path);
  writeFileSync(join(path, "old.zip"), "");
  expect(demoFolder(path)).toEqual({ folder: path, shown: "demo" });
  expect(readdirSync(path)).toEqual([]);
});

test("where it can't be written, it is a temporary one, and the reason is given", () => {
  // A folder below a file: root can't make it either.
  writeFileSync(join(root, "file"), "");
  const { folder, shown, note } = demoFolder(join(root, "file", "demo"));
  try {
    expect(existsSync(folder)).toBe(true);
    expect(shown).toBe(folder);
    expect(note).toContain(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
