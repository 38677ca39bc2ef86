import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import { writeAtomically } from "../../../src/host/files/output.ts";
import { type FileSink, removeTemporaries, stageFile } from "../../../src/host/files/staged.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "gait-staged-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** A separate disk needs a separate mount namespace. */
const CAN_MOUNT = Bun.which("unshare") !== null && Bun.spawnSync(["unshare", "-rm", "true"]).success;

let count = 0;
function newFolder(): string {
  const path = join(FOLDER, `folder-${count++}`);
  mkdirSync(path);
  return path;
}

describe("temporary files", () => {
  test("are made beside the output, for the owner only, before anything has the name", async () => {
    const folder = newFolder();
    const looking = async (sink: FileSink) => {
      sink.write(new Uint8Array(1_000_000));
      return readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
    };
    const { value } = await writeAtomically(join(folder, "a.zip"), looking);
    expect(value).toEqual([[expect.stringMatching(/^\.a\.zip\.tmp-\d+-[0-9a-f]{16}$/), 0o600]]);
  });

  test("discarding one removes the folders made for it, and no others", async () => {
    const folder = newFolder();
    const refused = async (): Promise<void> => {
      throw new GaitError("invalid_input", "no", { hint: "no" });
    };
    for (const below of ["a", "b/c/d", "."]) {
      expect((await thrownBy(writeAtomically(join(folder, below, "x.zip"), refused))).code).toBe("invalid_input");
      expect(readdirSync(folder)).toEqual([]);
    }
    const shared = async (): Promise<void> => {
      writeFileSync(join(folder, "e/f/other"), "");
      throw new GaitError("invalid_input", "no", { hint: "no" });
    };
    expect((await thrownBy(writeAtomically(join(folder, "e/f/x.zip"), shared))).code).toBe("invalid_input");
    expect(readdirSync(join(folder, "e/f"))).toEqual(["other"]);
  });

  test("are removed for a signal, and then the output never appears", async () => {
    const folder = newFolder();
    const interrupted = async (sink: FileSink) => {
      sink.write(new Uint8Array(1_000_000));
      removeTemporaries();
      return readdirSync(folder);
    };
    const error = await thrownBy(writeAtomically(join(folder, "a.zip"), interrupted));
    expect([error.code, readdirSync(folder)]).toEqual(["write_failed", []]);
    removeTemporaries();
  });

  test("are gone when a handler of SIGTERM removes them", async () => {
    const folder = newFolder();
    const script = join(folder, "script.ts");
    writeFileSync(
      script,
      `${IMPORTS}
      process.on("SIGTERM", () => { removeTemporaries(); process.exit(0); });
      await writeAtomically(process.argv[2] + "/a.zip", async (sink) => {
        sink.write(new Uint8Array(1_000_000));
        console.log("written");
        await Bun.sleep(60_000);
      });`,
    );
    const child = Bun.spawn([process.execPath, script, folder], { stdout: "pipe" });
    await child.stdout.getReader().read();
    expect(readdirSync(folder)).toHaveLength(2);
    child.kill("SIGTERM");
    await child.exited;
    expect(readdirSync(folder)).toEqual(["script.ts"]);
  });
});

test("a sealed file can't be written any more", () => {
  const staged = stageFile(newFolder(), "a.zip");
  staged.seal();
  expect(() => staged.sink.write(new Uint8Array(1))).toThrow(expect.objectContaining({ code: "internal" }));
  staged.discard();
  staged.discard();
});

describe("a disk without space leaves nothing behind", () => {
  test.skipIf(!CAN_MOUNT)("it is full", () => {
    const mount = "mount -t tmpfs -o size=64k none";
    const run = inProcess(
      `await writeAtomically(process.argv[2] + "/a.zip", async (sink) => sink.write(new Uint8Array(200_000)))
        .catch((error) => console.log(error.code, error.message));
      console.log(readdirSync(process.argv[2]).length);`,
      (command, folder) => ["unshare", "-rm", "sh", "-c", `${mount} "${folder}" && ${command}`],
    );
    expect(run.stdout).toMatch(/^write_failed .*a\.zip can't be written: the disk is full\n0\n$/);
  });

  test("the file would be larger than allowed", () => {
    const run = inProcess(
      `process.on("SIGXFSZ", () => undefined);
      await writeAtomically(process.argv[2] + "/a.zip", async (sink) => sink.write(new Uint8Array(4_000_000)))
        .catch((error) => console.log(error.code, error.message));
      console.log(readdirSync(process.argv[2]).length);`,
      (command) => ["bash", "-c", `ulimit -f 1000; ${command}`],
    );
    expect(run.stdout).toMatch(
      /^write_failed .*a\.zip can't be written: it would be larger than the limit for a file\n0\n$/,
    );
  });
});

describe("two writers at once", () => {
  async function race(
    texts: readonly string[],
    options = "",
  ): Promise<{ outcomes: string[]; left: string[]; content: string }> {
    const folder = newFolder();
    const output = join(folder, "out");
    mkdirSync(output);
    const script = join(folder, "script.ts");
    // Both have their bytes on the disk when the gate opens, so that only the naming is left.
    writeFileSync(
      script,
      `${IMPORTS}
      const [, , path, gate, text] = process.argv;
      const verify = async () => { console.log("ready"); while (!existsSync(gate)) await Bun.sleep(0); };
      await writeAtomically(path, async (sink) => sink.write(new TextEncoder().encode(text)), { verify, ${options} })
        .then((written) => console.log(written.outcome), (error) => console.log(error.code));`,
    );
    const gate = join(folder, "gate");
    const children = texts.map((text) =>
      Bun.spawn([process.execPath, script, join(output, "a.zip"), gate, text], { stdout: "pipe" }),
    );
    const readers = children.map((child) => child.stdout.getReader());
    await Promise.all(readers.map((reader) => reader.read()));
    writeFileSync(gate, "");
    const rest = await Promise.all(readers.map((reader) => reader.read()));
    const outcomes = rest.map(({ value }) => new TextDecoder().decode(value).trim()).sort();
    return { outcomes, left: readdirSync(output), content: readFileSync(join(output, "a.zip"), "utf8") };
  }

  test("with the same bytes: both succeed", async () => {
    const { outcomes, left } = await race(["same", "same"]);
    expect([outcomes, left]).toEqual([["created", "unchanged"], ["a.zip"]]);
  });

  test("with different bytes: one succeeds, and the file is its file", async () => {
    const { outcomes, left, content } = await race(["left", "right"]);
    expect([outcomes, left]).toEqual([["already_exists", "created"], ["a.zip"]]);
    expect(["left", "right"]).toContain(content);
  });

  test("with force: both succeed, and the file is one of them, complete", async () => {
    const { left, content } = await race(["left", "right"], "force: true");
    expect(left).toEqual(["a.zip"]);
    expect(["left", "right"]).toContain(content);
  });
});

const IMPORTS = `
  import { existsSync, readdirSync } from "node:fs";
  import { writeAtomically } from ${JSON.stringify(modulePath("files/output"))};
  import { removeTemporaries } from ${JSON.stringify(modulePath("files/staged"))};`;

/** Runs TypeScript in a separate process; `wrap` may wrap its command line. */
function inProcess(source: string, wrap: (command: string, folder: string) => string[]) {
  const folder = newFolder();
  const script = join(FOLDER, `script-${count++}.ts`);
  writeFileSync(script, IMPORTS + source);
  const run = Bun.spawnSync(wrap(`"${process.execPath}" "${script}" "${folder}"`, folder));
  return { exitCode: run.exitCode, stdout: run.stdout.toString() };
}

async function thrownBy(call: Promise<unknown>): Promise<GaitError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GaitError)) throw error ?? new Error("nothing was thrown");
  return error;
}

function modulePath(name: string): string {
  return new URL(`../../../src/host/${name}.ts`, import.meta.url).pathname;
}
