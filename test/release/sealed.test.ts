/**
 * The executable with nothing around it: the root file system of the Containerfile, built by its own
 * instructions, without network, as `nobody`, read-only. And every file of it is needed.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT_FILES } from "../../scripts/release/root-files.ts";
import { sealed } from "../../scripts/release/sealed-root.ts";
import { GAIT, gait } from "../e2e/gait.ts";
import { keyPath } from "../go-vectors.ts";

const ROOT = join(import.meta.dir, "../..");

interface Image {
  /** From a path in the first stage to one in the image. */
  readonly copies: readonly (readonly [from: string, to: string])[];
  readonly user: string;
  readonly workdir: string;
  readonly entrypoint: readonly string[];
}

/** The last stage of a Containerfile that only copies and sets. */
function imageOf(containerfile: string): Image {
  const lines = containerfile.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const from = lines.findLastIndex((line) => line.startsWith("FROM "));
  if (lines[from] !== "FROM scratch") throw new Error("the image is not made from nothing");
  const copies: [string, string][] = [];
  const set: Record<string, string> = {};
  for (const line of lines.slice(from + 1)) {
    const [instruction = "", ...words] = line.split(" ");
    if (instruction === "COPY" && words[0] === "--from=system") copies.push([words[1] ?? "", words[2] ?? ""]);
    else if (["USER", "WORKDIR", "ENTRYPOINT"].includes(instruction)) set[instruction] = words.join(" ");
    else throw new Error(`an instruction that this test does not know: ${line}`);
  }
  const { USER = "", WORKDIR = "", ENTRYPOINT = "[]" } = set;
  return { copies, user: USER, workdir: WORKDIR, entrypoint: JSON.parse(ENTRYPOINT) };
}

/** What the example of a Kubernetes Job says of its pods. */
interface IndexedJob {
  readonly spec: {
    readonly completions: number;
    readonly template: {
      readonly spec: {
        readonly securityContext: { readonly runAsUser: number };
        readonly containers: readonly [{ readonly args: readonly string[] }];
      };
    };
  };
}

const image = imageOf(readFileSync(join(ROOT, "Containerfile"), "utf8"));

describe("the Containerfile", () => {
  test("contains the executable, the files it needs, and a working folder", () => {
    const needed = ROOT_FILES["linux-x64"].map(({ path }) => path as string);
    expect(image.copies.map(([, to]) => to)).toEqual([...needed, "/gait", "/work"]);
    expect(image).toMatchObject({ user: "65534:65534", workdir: "/work", entrypoint: ["/gait"] });
  });

  test("the page about platforms lists the same files", () => {
    const page = readFileSync(join(ROOT, "docs/platforms.md"), "utf8");
    for (const [target, files] of Object.entries(ROOT_FILES)) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${target}\``)) ?? "";
      for (const { path } of files) {
        const name = path.slice(path.lastIndexOf("/") + 1);
        expect(
          row.includes(`\`${path}\``) || (row.includes(`\`${dirname(path)}/\``) && row.includes(`\`${name}\``)),
        ).toBeTrue();
      }
    }
  });

  test("an unsupported instruction is detected", () => {
    expect(() => imageOf("FROM scratch\nRUN true\n")).toThrow("does not know: RUN true");
    expect(() => imageOf("FROM debian\n")).toThrow("not made from nothing");
  });
});

// Namespaces and a chroot of another user: only for root. The files are those of a glibc machine on x64.
const canSeal =
  process.getuid?.() === 0 && process.platform === "linux" && process.arch === "x64" && Bun.which("unshare") !== null;

describe.skipIf(!canSeal && process.env["CI"] !== "true")("in its image (needs root and unshare, on x64)", () => {
  let folder: string;
  let root: string;
  let work: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gait-sealed-"));
    root = join(folder, "root");
    work = join(folder, "pack");
    for (const path of [root, work, join(root, "proc"), join(root, "work")]) mkdirSync(path);
    for (const [from, to] of image.copies) {
      mkdirSync(dirname(join(root, to)), { recursive: true });
      if (from === "/release/gait") copyFileSync(GAIT, join(root, to));
      else if (from !== "/work") copyFileSync(from, join(root, to));
    }
    cpSync(join(ROOT, "docs/examples/run.json"), join(work, "run.json"));
    const key = ["--private-key", keyPath("test", "private")];
    gait(["run", "record", "--input", "run.json"], { cwd: work });
    gait(["pack", "build", "--from", "run_fix_rounding", "--out", "run.zip", ...key], { cwd: work });
    copyFileSync(keyPath("test", "public"), join(work, "public.key"));
    // The user `nobody` may read it, and write nothing.
    for (const path of [folder, work]) chmodSync(path, 0o755);
    for (const file of ["run.zip", "public.key"]) chmodSync(join(work, file), 0o644);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(...args: string[]): { exit: number | null; stdout: string; stderr: string } {
    const command = sealed(root, work, [...image.entrypoint, ...args]);
    const { exitCode, stdout, stderr } = Bun.spawnSync(command, { env: {}, stdin: "ignore" });
    return { exit: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  test("verifies a pack", () => {
    const ran = run("pack", "verify", "/work/run.zip", "--public-key", "/work/public.key", "--require-signature");
    expect(ran).toMatchObject({ exit: 0, stderr: "" });
    expect(ran.stdout).toStartWith("authentic  /work/run.zip");
  });

  test("the pods of docs/fleet.md verify each pack once, without a shell", () => {
    const page = readFileSync(join(ROOT, "docs/fleet.md"), "utf8");
    const text = page.match(/```yaml\n(apiVersion: batch\/v1\n.*?)```/s)?.[1] ?? "";
    const { spec } = Bun.YAML.parse(text) as IndexedJob;
    const [container] = spec.template.spec.containers;
    expect(container).not.toHaveProperty("command");
    expect(spec.template.spec.securityContext.runAsUser).toBe(Number(image.user.split(":")[0]));
    const evidence = join(work, "evidence");
    mkdirSync(evidence);
    const names = Array.from({ length: 12 }, (_, index) => `${index}.zip`);
    for (const name of names) cpSync(join(work, "run.zip"), join(evidence, name));
    chmodSync(evidence, 0o755);
    const told = Array.from({ length: spec.completions }, (_, index) => {
      const args = container.args.map((word) =>
        word.replaceAll("$(JOB_COMPLETION_INDEX)", `${index}`).replace("/evidence", "/work/evidence"),
      );
      const ran = run(...args);
      expect(ran).toMatchObject({ exit: 0, stderr: "" });
      return ran.stdout;
    });
    const paths = [...told.join("").matchAll(/"path":"([^"]*)"/g)].map(([, path]) => path);
    expect(paths.toSorted()).toEqual(names.map((name) => `/work/evidence/${name}`).toSorted());
    expect(told.filter((text) => text.includes('"path"')).length).toBeGreaterThan(1);
  });

  test("passes its self-test", () => {
    expect(run("selftest")).toMatchObject({ exit: 0, stderr: "" });
  });

  test("fails a truncated pack", () => {
    writeCut();
    expect(run("pack", "verify", "/work/cut.zip")).toMatchObject({ exit: 2 });
  });

  test("reports when it can't write", () => {
    for (const out of ["/out.zip", "/work/out.zip"]) {
      const ran = run("pack", "build", "--from", "/work/gait-out/runpack_run_fix_rounding.zip", "--out", out);
      expect(ran.exit).toBe(6);
      expect(ran.stderr).not.toContain("    at ");
    }
  });

  test.each(ROOT_FILES["linux-x64"].map(({ path }) => path))("does not start without %s", (path) => {
    const bytes = readFileSync(join(root, path));
    rmSync(join(root, path));
    try {
      expect(run("version").exit).not.toBe(0);
    } finally {
      writeFileSync(join(root, path), bytes);
      chmodSync(join(root, path), 0o755);
    }
  });

  function writeCut(): void {
    Bun.spawnSync(["head", "-c", "600", join(work, "run.zip")], { stdout: Bun.file(join(work, "cut.zip")) });
    chmodSync(join(work, "cut.zip"), 0o644);
  }
});
