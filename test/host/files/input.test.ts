import { afterAll, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import { fileError } from "../../../src/host/files/errno.ts";
import { openSource, readInput } from "../../../src/host/files/input.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "gait-files-"));
const BYTES = Uint8Array.from({ length: 3 * 1024 * 1024 + 7 }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
afterAll(() => rmSync(FOLDER, { recursive: true }));

let count = 0;
function fileWith(bytes: Uint8Array | string): string {
  const path = join(FOLDER, `file-${count++}`);
  writeFileSync(path, bytes);
  return path;
}

describe("a file as a source", () => {
  test("gives the bytes of any range", async () => {
    const opened = await openSource(fileWith(BYTES));
    expect(opened.source.size).toBe(BYTES.length);
    // Also more than the shared buffer, an empty range, and the last byte.
    for (const [offset, length] of [
      [0, 10],
      [5, 100_000],
      [1, 2_500_000],
      [0, BYTES.length],
      [7, 0],
      [BYTES.length - 1, 1],
    ] as const) {
      const read = await opened.source.read(offset, length);
      expect(Buffer.compare(read, BYTES.subarray(offset, offset + length))).toBe(0);
    }
    opened.assertUnchanged();
    opened.close();
  });

  test("a small one is read whole at the first read: later changes are detected, not read", async () => {
    const path = fileWith("what was judged");
    const opened = await openSource(path);
    expect(Buffer.from(await opened.source.read(0, 4)).toString()).toBe("what");
    writeFileSync(path, "what was forged");
    utimesSync(path, 1, 1);
    expect(Buffer.from(await opened.source.read(9, 6)).toString()).toBe("judged");
    expect(() => opened.assertUnchanged()).toThrow(expect.objectContaining({ code: "input_changed" }));
    opened.close();
  });

  test.each([
    ["one byte past the end", 0, 11],
    ["after the end", 11, 1],
    ["before the start", -1, 1],
    ["a negative length", 1, -1],
  ])("refuses a range: %s", async (_rule, offset, length) => {
    const opened = await openSource(fileWith("0123456789"));
    expect(() => opened.source.read(offset, length)).toThrow(expect.objectContaining({ code: "input_changed" }));
    opened.close();
  });

  test("an empty file has no bytes", async () => {
    const opened = await openSource(fileWith(""));
    expect(opened.source.size).toBe(0);
    expect(await opened.source.read(0, 0)).toHaveLength(0);
    opened.close();
  });

  test("can be closed twice and not read afterwards: its descriptor may be another file's", async () => {
    const opened = await openSource(fileWith("0123456789"));
    opened.close();
    opened.close();
    expect(() => opened.source.read(0, 1)).toThrow(expect.objectContaining({ code: "internal" }));
  });

  test("reports its permission bits", async () => {
    const path = fileWith("");
    chmodSync(path, 0o640);
    const opened = await openSource(path);
    expect(opened.mode).toBe(0o640);
    opened.close();
  });

  test("a symbolic link to a file is followed", async () => {
    const path = fileWith("linked");
    symlinkSync(path, `${path}.link`);
    expect(await readInput(`${path}.link`)).toEqual(new TextEncoder().encode("linked"));
  });
});

describe("an unreadable file is refused with a clear message", () => {
  const made = (name: string, make: (path: string) => void): string => {
    const path = join(FOLDER, name);
    make(path);
    return path;
  };
  const cases: [rule: string, path: string, code: string, words: string][] = [
    ["nothing there", join(FOLDER, "nowhere"), "not_found", "does not exist"],
    ["a file as a folder", join(fileWith(""), "in"), "not_found", "a part of the path is a file"],
    ["an empty path", "", "invalid_input", "is empty"],
    ["a NUL in the path", `${FOLDER}/a\0b`, "invalid_input", "NUL"],
    ["a name of 256 bytes", join(FOLDER, "n".repeat(256)), "not_readable", "too long"],
    ["a folder", FOLDER, "not_readable", "is a folder"],
    ["a device", "/dev/null", "not_readable", "is a device"],
    ["a link to a device", made("zero", (path) => symlinkSync("/dev/zero", path)), "not_readable", "is a device"],
    ["a link to itself", made("loop", (path) => symlinkSync(path, path)), "not_readable", "circular symbolic link"],
    ["a link to nothing", made("dangling", (path) => symlinkSync("nowhere", path)), "not_found", "does not exist"],
    ["a pipe without a writer", made("pipe", (path) => void Bun.spawnSync(["mkfifo", path])), "not_readable", "pipe"],
  ];
  test.each(cases)("%s", async (_rule, path, code, words) => {
    for (const call of [openSource, readInput]) {
      const error = await thrownBy(call(path));
      expect([error.code, error.hint === undefined]).toEqual([code as GaitError["code"], false]);
      expect(error.message).toContain(words);
      expect(error.message).not.toMatch(/\bE[A-Z]{3,}\b|errno|syscall/);
    }
  });

  test("a socket", async () => {
    const path = join(FOLDER, "socket");
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once("listening", resolve));
    const error = await thrownBy(openSource(path));
    expect([error.code, error.message]).toEqual(["not_readable", expect.stringContaining("is a socket")]);
    server.close();
  });

  test.skipIf(process.getuid?.() === 0)("a file that may not be read", async () => {
    const path = fileWith("");
    chmodSync(path, 0);
    expect((await thrownBy(openSource(path))).message).toContain("may not be read");
  });

  test("no more files can be opened", () => {
    const script = `
      import { openSync } from "node:fs";
      import { openSource } from ${JSON.stringify(modulePath("files/input"))};
      try { for (;;) openSync("/dev/null", "r"); } catch {}
      await openSource(${JSON.stringify(fileWith("x"))}).catch((error) => console.log(error.code, error.message));`;
    const path = fileWith(script);
    renameSync(path, `${path}.ts`);
    const run = Bun.spawnSync(["sh", "-c", `ulimit -n 256; exec "$0" "$1"`, process.execPath, `${path}.ts`]);
    expect(run.stdout.toString()).toContain("not_readable");
    expect(run.stdout.toString()).toContain("too many files open");
  });
});

describe("a file that changes while it is read", () => {
  const TIME = 1_700_000_000;
  test.each<[change: string, change: (path: string) => void]>([
    ["grows", (path) => appendFileSync(path, "x")],
    ["grows, and its time is set back", (path) => [appendFileSync(path, "x"), utimesSync(path, TIME, TIME)]],
    ["shrinks", (path) => truncateSync(path, 3)],
    ["is emptied", (path) => truncateSync(path, 0)],
    ["is written over with as many bytes", (path) => writeFileSync(path, "9876543210")],
    ["gets another time", (path) => utimesSync(path, TIME - 1, TIME - 1)],
    ["is removed", (path) => rmSync(path)],
    ["is replaced", (path) => renameSync(fileWith("0123456789"), path)],
    ["is replaced by a folder", (path) => [rmSync(path), mkdirSync(path)]],
  ])("%s", async (_rule, change) => {
    const path = fileWith("0123456789");
    utimesSync(path, TIME, TIME);
    const opened = await openSource(path);
    opened.assertUnchanged();
    change(path);
    expect(() => opened.assertUnchanged()).toThrow(expect.objectContaining({ code: "input_changed" }));
    opened.close();
  });

  test("is truncated below the range read", async () => {
    const path = fileWith("0123456789");
    const opened = await openSource(path);
    truncateSync(path, 5);
    expect(() => opened.source.read(0, 10)).toThrow(expect.objectContaining({ code: "input_changed" }));
    opened.close();
  });

  test("a new name or new permissions are not a change", async () => {
    const path = fileWith("0123456789");
    const opened = await openSource(path);
    linkSync(path, `${path}.second`);
    chmodSync(path, 0o400);
    opened.assertUnchanged();
    opened.close();
  });
});

describe("a whole input", () => {
  test("from a file", async () => {
    expect(Buffer.compare(await readInput(fileWith(BYTES)), BYTES)).toBe(0);
    expect(await readInput(fileWith(""))).toHaveLength(0);
  });

  async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
    for (const text of texts) yield new TextEncoder().encode(text);
  }

  test("from the standard input", async () => {
    const bytes = await readInput("-", { standardInput: () => pieces("ab", "", "cde") });
    expect(new TextDecoder().decode(bytes)).toBe("abcde");
    expect(await readInput("-", { standardInput: () => pieces() })).toHaveLength(0);
  });

  test("from a missing standard input", async () => {
    expect((await thrownBy(readInput("-"))).code).toBe("invalid_input");
  });

  test("up to the limit, and not one byte more", async () => {
    const path = fileWith("12345");
    const standardInput = () => pieces("12", "345");
    for (const read of [() => readInput(path, { limit: 5 }), () => readInput("-", { limit: 5, standardInput })]) {
      expect(await read()).toHaveLength(5);
    }
    for (const read of [() => readInput(path, { limit: 4 }), () => readInput("-", { limit: 4, standardInput })]) {
      const error = await thrownBy(read());
      expect([error.code, error.message]).toEqual(["invalid_input", expect.stringContaining("more than 4 bytes")]);
    }
  });

  test("an endless standard input ends at the limit", async () => {
    async function* endless() {
      for (;;) yield new Uint8Array(1024);
    }
    expect((await thrownBy(readInput("-", { limit: 10_000, standardInput: endless }))).code).toBe("invalid_input");
  });

  test("a standard input that can't be read is reported clearly", async () => {
    const script = fileWith(`
      import { readInput } from ${JSON.stringify(modulePath("files/input"))};
      const standardInput = () => Bun.stdin.stream();
      await readInput("-", { standardInput }).then(
        (bytes) => console.log(new TextDecoder().decode(bytes)),
        (error) => console.log(error.name, error.code),
      );`);
    renameSync(script, `${script}.ts`);
    const shell = (redirection: string) =>
      Bun.spawnSync(["sh", "-c", `"$0" "$1" ${redirection}`, process.execPath, `${script}.ts`])
        .stdout.toString()
        .trim();
    expect(shell(`< ${fileWith("from a file")}`)).toBe("from a file");
    expect(shell("< /dev/null")).toBe("");
    expect(shell(`< ${FOLDER}`)).toBe("GaitError not_readable");
  });
});

describe("messages for the operating system's errors", () => {
  test.skipIf(!existsSync("/dev/full"))("a full disk", () => {
    const fd = openSync("/dev/full", "w");
    const error = fileErrorOf(() => writeSync(fd, "x"), "out.zip");
    expect([error.code, error.message]).toEqual(["write_failed", "out.zip can't be written: the disk is full"]);
  });

  test("an errno that is not in the table is still reported, with the path", () => {
    const error = fileErrorOf(() => {
      throw Object.assign(new Error("odd"), { code: "EODD" });
    }, "out.zip");
    expect(error.message).toBe("out.zip can't be written (EODD)");
  });

  test("any other error is passed on: a defect", () => {
    const defect = new TypeError("defect");
    expect(fileError(defect, "read", "a")).toBe(defect);
    const known = new GaitError("input_changed", "told already");
    expect(fileError(known, "read", "a")).toBe(known);
  });
});

function fileErrorOf(call: () => unknown, path: string): GaitError {
  try {
    call();
  } catch (error) {
    const known = fileError(error, "write", path);
    if (known instanceof GaitError) return known;
  }
  throw new Error("no refusal");
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
