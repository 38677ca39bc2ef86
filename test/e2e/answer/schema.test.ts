/** `gait schema`: the executable prints the published schemas. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { conforms } from "../answers.ts";
import { gait } from "../gait.ts";

const PUBLISHED = join(import.meta.dir, "../../../schemas/v1");
const NAMES = readdirSync(PUBLISHED, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".schema.json"))
  .map((path) => path.replaceAll("\\", "/").replace(".schema.json", ""))
  .toSorted();

test("list has every published schema", () => {
  const { exit, stdout } = gait(["schema", "list"]);
  expect(exit).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ", 1)[0])
      .toSorted(),
  ).toEqual(NAMES);
  const answer = JSON.parse(gait(["schema", "list", "--json"]).stdout);
  expect(conforms(answer)).toEqual([]);
  expect(answer.schemas.map(({ name }: { name: string }) => name).toSorted()).toEqual(NAMES);
});

describe("show prints the file byte for byte", () => {
  test.each(NAMES)("%s", (name) => {
    const file = readFileSync(join(PUBLISHED, `${name}.schema.json`), "utf8");
    expect(gait(["schema", "show", name])).toEqual({ exit: 0, stdout: file, stderr: "" });
  });

  test.each([
    "pack/manifest",
    "pack/manifest.schema.json",
    "v1/pack/manifest.schema.json",
    "schemas/v1/pack/manifest.schema.json",
    "https://gait.dev/schemas/v1/pack/manifest.schema.json",
    "gait.pack.manifest",
  ])("by the name %s", (name) => {
    const file = readFileSync(join(PUBLISHED, "pack/manifest.schema.json"), "utf8");
    expect(gait(["schema", "show", name]).stdout).toBe(file);
  });

  test("as JSON", () => {
    const answer = JSON.parse(gait(["schema", "show", "gait.selftest.output", "--json"]).stdout);
    expect(conforms(answer)).toEqual([]);
    const file = readFileSync(join(PUBLISHED, "output/selftest.schema.json"), "utf8");
    expect(answer).toMatchObject({ name: "output/selftest", schema: JSON.parse(file) });
  });
});

describe("an unknown name", () => {
  test.each([
    ["pack/manifst", "Did you mean pack/manifest?"],
    ["manifest", "Did you mean guard/manifest or pack/manifest or runpack/manifest?"],
    ["gait.pack.manifst", "Did you mean gait.pack.manifest?"],
    ["../../etc/passwd", "gait schema list shows the names."],
  ])("%s gets a hint", (name, hint) => {
    const { exit, stdout, stderr } = gait(["schema", "show", name]);
    expect([exit, stdout]).toEqual([6, ""]);
    expect(stderr).toContain(hint);
    const answer = JSON.parse(gait(["schema", "show", name, "--json"]).stdout);
    expect([answer.ok, conforms(answer)]).toEqual([false, []]);
  });
});
