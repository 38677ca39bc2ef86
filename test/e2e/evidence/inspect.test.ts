/** `gait pack inspect` and `gait pack diff` as commands: keys, parts, one call, and the answers for programs. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { keyPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait } from "../gait.ts";

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  copyFileSync(keyPath("test", "public"), scene.at("test.pub"));
  copyFileSync(keyPath("other", "public"), scene.at("other.pub"));
  const record = ["run", "record", "--capture-mode", "raw", "--input"];
  expect(scene.json([...record, "run.json"]).exit).toBe(0);
  expect(scene.json([...record, "run-again.json"]).exit).toBe(0);
  const key = ["--private-key", keyPath("test", "private")];
  expect(scene.json(["pack", "build", "--from", "run_fix_rounding", "--out", "run.zip", ...key]).exit).toBe(0);
  const bytes = readFileSync(scene.at("run.zip"));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(scene.at("bad.zip"), bytes);
});
afterAll(() => scene.remove());

function shown(...args: string[]) {
  return gait(["pack", "inspect", ...args], { cwd: scene.path });
}

describe("keys", () => {
  test("the producer's key makes it authentic", () => {
    const { exit, stdout } = shown("run.zip", "--public-key", "test.pub");
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringMatching(/^authentic {2}run\.zip/) });
    expect(stdout).toContain("verified with a given key");
  });

  test("a different key makes it fail, and --force shows it marked", () => {
    expect(shown("run.zip", "--public-key", "other.pub")).toMatchObject({ exit: 2, stdout: "" });
    const { exit, stdout } = shown("run.zip", "--public-key", "other.pub", "--force");
    expect(exit).toBe(2);
    expect(stdout).toMatch(/^failed .*\nUNVERIFIED/);
    expect(stdout).toContain("INVALID: key id mismatch");
  });

  test("no key leaves it intact, and says that nothing was checked", () => {
    expect(shown("run.zip").stdout).toMatch(/^intact .*NOT CHECKED/);
    expect(shown("run.zip", "--require-signature").exit).toBe(2);
  });
});

describe("parts", () => {
  test("--timeline has no contents, --contents no timeline, both have both", () => {
    expect(shown("run.zip", "--timeline").stdout).not.toContain("contents (");
    expect(shown("run.zip", "--contents").stdout).not.toContain("timeline, from");
    const both = shown("run.zip", "--contents", "--timeline").stdout;
    expect(both).toContain("contents (");
    expect(both).toContain("timeline, from");
  });

  test("--intent shows one call with its arguments and result", () => {
    const { exit, stdout } = shown("run.zip", "--intent", "call_06");
    expect(exit).toBe(0);
    expect(stdout).toContain('"protected_remote"');
    expect(stdout).toContain("approval_granted");
    const { answer } = scene.json(["pack", "inspect", "run.zip", "--intent", "call_06"]);
    expect(answer).toMatchObject({ call: { intent_id: "call_06", left_out: 0 } });
  });

  test("an unknown id is a usage error", () => {
    expect(shown("run.zip", "--intent", "call_99")).toMatchObject({
      exit: 6,
      stdout: "",
      stderr: expect.stringContaining('"call_99"'),
    });
  });
});

test("a program gets everything, whichever part was requested", () => {
  const { answer } = scene.json(["pack", "inspect", "run.zip"]);
  expect(scene.json(["pack", "inspect", "run.zip", "--contents"]).answer).toEqual(answer);
  expect(answer).toMatchObject({
    inspect: { run_lineage: { receipt_count: 2 } },
    account: { about: "run", run: { totals: { calls: 6, failed: 1 } }, contents: { entries: 3 } },
  });
});

test("a bad pack is shown with --force, marked for a person and a program", () => {
  expect(shown("bad.zip")).toMatchObject({ exit: 2, stdout: "" });
  expect(shown("bad.zip", "--force").stdout).toContain("UNVERIFIED");
  expect(scene.json(["pack", "inspect", "bad.zip", "--force"]).answer).toMatchObject({
    ok: false,
    account: { verified: false, verdict: "failed" },
  });
});

test("what no manifest vouches for is told, with the reason", () => {
  const broken = readFileSync(scene.at("run.zip"));
  const data = broken.indexOf("pack_manifest.json") + "pack_manifest.json".length;
  broken[data + 20] = (broken[data + 20] ?? 0) ^ 0xff;
  writeFileSync(scene.at("unreadable.zip"), broken);
  const { stdout } = shown("unreadable.zip", "--force", "--contents");
  expect(stdout).toMatch(/pack_manifest\.json .* the manifest, which was not used\n/);
  expect(stdout).toMatch(/run_payload\.json .* NOT CHECKED: the manifest was not used\n/);
  expect(shown("run.zip", "--contents").stdout).toMatch(
    /pack_manifest\.json .* the manifest; it declares the other files\n/,
  );
});

test("a comparison shows what got worse, and its document still fits the schema", () => {
  const sides = ["gait-out/runpack_run_fix_rounding.zip", "gait-out/runpack_run_fix_rounding_again.zip"];
  const { exit, stdout } = gait(["pack", "diff", ...sides], { cwd: scene.path });
  expect(exit).toBe(2);
  expect(stdout).toContain("ok > FAILED");
  expect(stdout).toContain("~result.exit_code");
  const { answer } = scene.json(["pack", "diff", ...sides]);
  expect(Object.keys((answer as unknown as { diff: object }).diff).sort()).toEqual([
    ...["created_at", "left_pack_id", "left_pack_type", "right_pack_id", "right_pack_type"],
    ...["schema_id", "schema_version", "summary"],
  ]);
  expect(answer).toMatchObject({ details: { run: { calls: { turned_bad: 2, same: 3 } } } });
});

describe("a comparison with keys", () => {
  const diff = (...args: string[]) => gait(["pack", "diff", ...args], { cwd: scene.path });
  beforeAll(() => {
    const key = ["--private-key", keyPath("test", "private")];
    const again = ["pack", "build", "--from", "run_fix_rounding_again", "--out"];
    expect(scene.json([...again, "again.zip", ...key]).exit).toBe(0);
    expect(scene.json([...again, "unsigned.zip"]).exit).toBe(0);
  });

  test("reports each side as authentic, to a person and a program", () => {
    const { exit, stdout } = diff("run.zip", "again.zip", "--public-key", "test.pub");
    expect(exit).toBe(2);
    expect(stdout.match(/^ +authentic: signed with key /gm)).toHaveLength(2);
    expect(
      scene.json(["pack", "diff", "run.zip", "again.zip", "--profile", "strict", "--public-key", "test.pub"]),
    ).toMatchObject({
      answer: {
        left: { path: "run.zip", verdict: "authentic", source_ref: "run_fix_rounding" },
        right: { path: "again.zip", verdict: "authentic", source_ref: "run_fix_rounding_again" },
      },
    });
  });
  test("without keys, both are only intact", () => {
    expect(diff("run.zip", "unsigned.zip").stdout).toMatch(/intact: .*NOT CHECKED.* intact: it is not signed/s);
  });
  test("with a side signed by a different key compares nothing", () => {
    const refused = diff("run.zip", "again.zip", "--public-key", "other.pub");
    expect(refused).toMatchObject({ exit: 2, stdout: "" });
    expect(refused.stderr.match(/^failed {2}/gm)).toHaveLength(2);
    expect(scene.json(["pack", "diff", "run.zip", "again.zip", "--public-key", "other.pub"]).answer).toMatchObject({
      findings: [{ path: expect.stringMatching(/^run\.zip/) }, { path: expect.stringMatching(/^again\.zip/) }],
    });
  });
  test("with an unsigned side, where a signature is required, compares nothing", () => {
    const args = ["run.zip", "unsigned.zip", "--public-key", "test.pub"];
    expect(diff(...args).stdout).toMatch(/authentic: .*intact: /s);
    for (const more of [["--require-signature"], ["--profile", "strict"]]) {
      expect(diff(...args, ...more)).toMatchObject({
        exit: 2,
        stdout: "",
        stderr: expect.stringContaining("unsigned.zip"),
      });
      expect(scene.json(["pack", "diff", ...args, ...more]).answer).toMatchObject({
        ok: false,
        error_code: "verification_failed",
        path: "unsigned.zip",
      });
    }
  });
  test("that can't be read is a usage error", () => {
    expect(diff("run.zip", "again.zip", "--public-key", "missing.pub")).toMatchObject({ exit: 6, stdout: "" });
    expect(diff("run.zip", "again.zip", "--profile", "strict")).toMatchObject({ exit: 6, stdout: "" });
  });
});
