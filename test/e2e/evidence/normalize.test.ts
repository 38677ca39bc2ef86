/** `gait pack normalize`: packs built by gait come back byte for byte after other programs repacked them. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, gait } from "../gait.ts";

let scene: Scene;
const ARTIFACTS = ["runpack.zip", "run.zip", "job.zip", "guard.zip"];

beforeAll(() => {
  scene = exampleFolder();
  const { answer } = scene.json(["run", "record", "--input", "run.json"]);
  copyFileSync(scene.at(answer.bundle ?? ""), scene.at("runpack.zip"));
  scene.json(["pack", "build", "--from", "./runpack.zip", "--out", "run.zip"]);
  scene.json(["job", "submit", "--id", "job_1"]);
  scene.json(["pack", "build", "--type", "job", "--from", "job_1", "--out", "job.zip"]);
  scene.json(["guard", "pack", "--run", "./runpack.zip", "--out", "guard.zip"]);
});
afterAll(() => scene.remove());

const PYTHON = `
import sys,zipfile
source,out,how=sys.argv[1:]
z=zipfile.ZipFile(source); o=zipfile.ZipFile(out,'w',zipfile.ZIP_STORED if how=='stored' else zipfile.ZIP_DEFLATED)
if how=='folder': o.mkdir('evidence')
for n in reversed(z.namelist()): o.writestr(('evidence/' if how=='folder' else '')+n, z.read(n))
o.close()
`;

function normalize(name: string): { exit: number | null; same: boolean; answer: Record<string, unknown> } {
  const { exit, answer } = scene.json(["pack", "normalize", name, "--out", "normal.zip", "--force"]);
  return { exit, same: false, answer: answer as unknown as Record<string, unknown> };
}

describe("packs built by gait come back byte for byte", () => {
  for (const artifact of ARTIFACTS) {
    test(`${artifact}, already in its form`, () => {
      const { exit, answer } = normalize(artifact);
      expect([exit, answer["form"], answer["sha256"]]).toEqual([0, "gait", answer["source_sha256"]]);
      expect(readFileSync(scene.at("normal.zip"))).toEqual(readFileSync(scene.at(artifact)));
    });

    for (const how of ["stored", "deflated", "folder"]) {
      test.skipIf(Bun.which("python3") === null)(`${artifact}, by python: ${how}`, () => {
        const made = Bun.spawnSync(["python3", "-c", PYTHON, scene.at(artifact), scene.at("again.zip"), how]);
        // python before 3.11 does not create folder entries.
        if (made.exitCode !== 0 && how === "folder") return;
        const { exit, answer } = normalize("again.zip");
        expect([exit, answer["unwrapped"]]).toEqual([
          0,
          how === "folder" ? [{ kind: "folder", name: "evidence" }] : [],
        ]);
        expect(readFileSync(scene.at("normal.zip"))).toEqual(readFileSync(scene.at(artifact)));
      });
    }

    test.skipIf(Bun.which("zip") === null || Bun.which("unzip") === null)(
      `${artifact}, unpacked and zipped with its folder, twice`,
      () => {
        const { exit: made } = bash(
          `rm -rf x a.zip b.zip && mkdir x && cd x && unzip -q ../${artifact} && cd .. && zip -qr a.zip x && zip -q b.zip a.zip`,
          { cwd: scene.path },
        );
        expect(made).toBe(0);
        const { exit, answer } = normalize("b.zip");
        expect(exit).toBe(0);
        expect(answer["unwrapped"]).toEqual([
          { kind: "archive", name: "a.zip" },
          { kind: "folder", name: "x" },
        ]);
        expect(readFileSync(scene.at("normal.zip"))).toEqual(readFileSync(scene.at(artifact)));
      },
    );
  }
});

describe("gait pack normalize", () => {
  test("says that files beside the pack may no longer match, if it changed bytes", () => {
    expect(normalize("run.zip").answer["warnings"]).toBeUndefined();
    mkdirSync(scene.at("y"));
    copyFileSync(scene.at("run.zip"), scene.at("y/run.zip"));
    expect(bash("cd y && zip -q ../wrapped.zip run.zip", { cwd: scene.path }).exit).toBe(0);
    expect(`${normalize("wrapped.zip").answer["warnings"]}`).toContain("beside the pack");
  });

  test("writes nothing if a digest is wrong", () => {
    const bytes = readFileSync(scene.at("run.zip"));
    writeFileSync(scene.at("bad.zip"), bytes.subarray(0, -1));
    const { exit, stderr } = gait(["pack", "normalize", "bad.zip", "--out", "none.zip"], { cwd: scene.path });
    expect([exit, existsSync(scene.at("none.zip"))]).toEqual([2, false]);
    expect(stderr).toContain("zip_truncated");
    expect(stderr).toContain("Nothing was written");
  });

  test("never replaces its input, and requires --out", () => {
    for (const args of [["run.zip"], ["run.zip", "--out", "run.zip"], ["run.json", "--out", "n.zip"]]) {
      expect(gait(["pack", "normalize", ...args], { cwd: scene.path }).exit).toBe(6);
    }
  });
});

describe("pack verify points at it", () => {
  test("a pack in a folder: where the manifest is", () => {
    expect(
      bash("rm -rf z f.zip && mkdir z && cd z && unzip -q ../run.zip && cd .. && zip -qr f.zip z", { cwd: scene.path })
        .exit,
    ).toBe(0);
    const { exit, stdout, stderr } = gait(["pack", "verify", "f.zip"], { cwd: scene.path });
    expect(exit).toBe(2);
    expect(stdout + stderr).toContain("it is at z/pack_manifest.json");
    expect(stdout + stderr).toContain("gait pack normalize");
  });

  test("a pack in another ZIP: its name", () => {
    expect(bash("rm -f g.zip && zip -q g.zip run.zip", { cwd: scene.path }).exit).toBe(0);
    const { exit, stdout, stderr } = gait(["pack", "verify", "g.zip"], { cwd: scene.path });
    expect(exit).toBe(2);
    expect(stdout + stderr).toContain("Unpack run.zip");
  });
});
