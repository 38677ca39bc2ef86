import { afterAll, describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import { type OutputPath, writeAtomically } from "../../../src/host/files/output.ts";
import type { FileSink } from "../../../src/host/files/staged.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "gait-output-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

let count = 0;
function newFolder(): string {
  const path = join(FOLDER, `folder-${count++}`);
  mkdirSync(path);
  return path;
}

function writing(text: string): (sink: FileSink) => Promise<string> {
  return async (sink) => {
    sink.write(new TextEncoder().encode(text));
    return text;
  };
}

function write(path: OutputPath<string>, text: string, options: Parameters<typeof writeAtomically<string>>[2] = {}) {
  return writeAtomically(path, writing(text), options);
}

describe("a new file", () => {
  test("has the written content, and the writer's result is returned", async () => {
    const path = join(newFolder(), "a.zip");
    expect(await write(path, "content")).toEqual({ path, value: "content", outcome: "created" });
    expect(readFileSync(path, "utf8")).toBe("content");
    expect(readdirSync(join(path, ".."))).toEqual(["a.zip"]);
  });

  test.each([0o000, 0o022, 0o077, 0o777])(
    "is 0600 and its new folders are at most 0750, under umask %o",
    async (umask) => {
      const top = newFolder();
      const before = process.umask(umask);
      try {
        // A umask that removes the owner's bits makes folders that even their owner can't use.
        const folder = umask === 0o777 ? top : join(top, "one/two");
        await write(join(folder, "a.zip"), "content");
        expect(statSync(join(folder, "a.zip")).mode & 0o777).toBe(0o600);
        if (folder !== top) {
          for (const made of [join(top, "one"), folder]) expect(statSync(made).mode & 0o777).toBe(0o750 & ~umask);
        }
      } finally {
        process.umask(before);
      }
    },
  );

  test("may have an empty content, and a name of 255 bytes", async () => {
    const path = join(newFolder(), "é".repeat(127).concat("x"));
    await write(path, "");
    expect(statSync(path).size).toBe(0);
  });

  test("may have a name that depends on the content", async () => {
    const directory = join(newFolder(), "new");
    const { path } = await write({ directory, name: (value) => `pack_${value}.zip` }, "42");
    expect(path).toBe(join(directory, "pack_42.zip"));
    expect(readFileSync(path, "utf8")).toBe("42");
  });

  test.each(["", ".", "..", "../out", "a/b", "/etc/out", "a\\b", "a\0b"])(
    "such a name stays in its folder: %j",
    async (name) => {
      const directory = newFolder();
      expect((await thrownBy(write({ directory, name: () => name }, "x"))).code).toBe("internal");
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test("accepts pieces of every size, whose memory is reused", async () => {
    const sizes = fc.array(fc.oneof(fc.nat(50), fc.constantFrom(0, 262_143, 262_144, 262_145, 600_000)), {
      maxLength: 8,
    });
    const directory = newFolder();
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const path = join(directory, "pieces");
        const memory = new Uint8Array(600_000);
        await writeAtomically(
          path,
          async (sink) => {
            for (const [index, length] of lengths.entries()) {
              sink.write(memory.fill(index + 1).subarray(0, length));
              memory.fill(0);
            }
          },
          { force: true },
        );
        const expected = Buffer.concat(lengths.map((length, index) => Buffer.alloc(length, index + 1)));
        expect(Buffer.compare(readFileSync(path), expected)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe("an existing file", () => {
  test("with the same bytes stays, and the call succeeds", async () => {
    const path = join(newFolder(), "a.zip");
    await write(path, "content");
    const before = lstatSync(path).ino;
    expect(await write(path, "content")).toMatchObject({ outcome: "unchanged" });
    expect(await write(path, "content", { force: true })).toMatchObject({ outcome: "unchanged" });
    expect(lstatSync(path).ino).toBe(before);
    expect(readdirSync(join(path, ".."))).toEqual(["a.zip"]);
  });

  test.each(["contenT", "conten", "content+", ""])(
    "with different bytes stays, and the call fails: %j",
    async (other) => {
      const path = join(newFolder(), "a.zip");
      await write(path, "content");
      const error = await thrownBy(write(path, other));
      expect([error.code, error.hint]).toEqual(["already_exists", expect.stringContaining("--force")]);
      expect(readFileSync(path, "utf8")).toBe("content");
      expect(readdirSync(join(path, ".."))).toEqual(["a.zip"]);
    },
  );

  test("is replaced by force, and its readers keep the old one", async () => {
    const path = join(newFolder(), "a.zip");
    writeFileSync(path, "old", { mode: 0o644 });
    const before = lstatSync(path).ino;
    expect(await write(path, "new", { force: true })).toMatchObject({ outcome: "replaced" });
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(lstatSync(path).ino).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(path, ".."))).toEqual(["a.zip"]);
  });

  test("that is a link is replaced itself, never its target", async () => {
    const folder = newFolder();
    const [target, link] = [join(folder, "target"), join(folder, "link")];
    writeFileSync(target, "precious");
    symlinkSync(target, link);
    expect((await thrownBy(write(link, "new"))).code).toBe("already_exists");
    await write(link, "new", { force: true });
    expect(readFileSync(target, "utf8")).toBe("precious");
    expect(lstatSync(link).isSymbolicLink()).toBe(false);
  });

  test("that is a link to nothing is not written through", async () => {
    const folder = newFolder();
    symlinkSync(join(folder, "elsewhere"), join(folder, "link"));
    expect((await thrownBy(write(join(folder, "link"), "new"))).code).toBe("already_exists");
    expect(readdirSync(folder)).toEqual(["link"]);
  });
});

describe("an impossible output is refused before anything is written", () => {
  const folder = newFolder();
  const file = join(folder, "file");
  writeFileSync(file, "");
  Bun.spawnSync(["mkfifo", join(folder, "pipe")]);
  symlinkSync("loop", join(folder, "loop"));
  test.each([
    ["an empty path", "", "invalid_input", "is empty"],
    ["a path that ends like a folder", `${folder}/new/`, "invalid_input", "names a folder"],
    ["a folder", folder, "write_failed", "is a folder"],
    ["a device", "/dev/null", "write_failed", "is a device"],
    ["a pipe", join(folder, "pipe"), "write_failed", "is a named pipe"],
    ["a link to itself", join(folder, "loop"), "write_failed", "circular symbolic link"],
    ["a folder that is a file", join(file, "a.zip"), "write_failed", "is a file, but a folder is needed"],
    ["a folder in a file", join(file, "in/a.zip"), "write_failed", "a part of the path is a file"],
    ["a name of 256 bytes", join(folder, "n".repeat(256)), "write_failed", "too long"],
    ["a folder that can't be made", "/proc/gait/a.zip", "write_failed", "can't be written"],
  ])("%s", async (_rule, path, code, words) => {
    let called = false;
    const error = await thrownBy(
      writeAtomically(
        path,
        async () => {
          called = true;
        },
        { force: true },
      ),
    );
    expect([error.code, called]).toEqual([code as GaitError["code"], false]);
    expect(error.message).toContain(words);
    expect(readdirSync(folder).sort()).toEqual(["file", "loop", "pipe"]);
  });
});

describe("a failure leaves nothing new, and keeps the old file", () => {
  test.each([false, true])("of the writer (force: %j)", async (force) => {
    const path = join(newFolder(), "a.zip");
    await write(path, "old");
    const failing = async (sink: FileSink) => {
      sink.write(new Uint8Array(1_000_000));
      throw new GaitError("input_changed", "the input changed");
    };
    expect((await thrownBy(writeAtomically(path, failing, { force }))).code).toBe("input_changed");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(join(path, ".."))).toEqual(["a.zip"]);
  });

  test("of the verification, which sees the bytes on disk before they have a name", async () => {
    const path = join(newFolder(), "a.zip");
    const seen: string[] = [];
    const verify = async (source: { size: number; read(at: number, length: number): unknown }, value: string) => {
      const bytes = (await source.read(0, source.size)) as Uint8Array;
      seen.push(new TextDecoder().decode(bytes), value, String(existsSync(path)));
      throw new GaitError("internal", "it does not verify");
    };
    expect((await thrownBy(write(path, "content", { verify }))).message).toBe("it does not verify");
    expect(seen).toEqual(["content", "content", "false"]);
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });
});

async function thrownBy(call: Promise<unknown>): Promise<GaitError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GaitError)) throw error ?? new Error("nothing was thrown");
  return error;
}
