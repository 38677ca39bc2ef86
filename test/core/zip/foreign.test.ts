/** Archives of other programs: their default output can be read, unless two readers would read it differently. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core.js";
import { judge } from "./verdict.ts";

const folder = mkdtempSync(join(tmpdir(), "gait-foreign-"));
afterAll(() => rmSync(folder, { recursive: true }));

const VECTORS = join(import.meta.dir, "../../vectors/go");

describe("the Go implementation", () => {
  const files = [...new Bun.Glob("**/*.zip").scanSync(VECTORS)].filter((file) => !file.startsWith("tampered/")).sort();
  for (const file of files) {
    test(file, async () => {
      const { codes, contents } = await judge(new Uint8Array(readFileSync(join(VECTORS, file))));
      expect(codes).toEqual([]);
      expect(contents.size).toBeGreaterThan(0);
    });
  }
});

const PYTHON: readonly [rule: string, script: string, code?: string][] = [
  ["stored", "z=zipfile.ZipFile(path,'w')"],
  ["deflated", "z=zipfile.ZipFile(path,'w',zipfile.ZIP_DEFLATED)"],
  ["streamed, deflated", "z=zipfile.ZipFile(Pipe(path),'w',zipfile.ZIP_DEFLATED)"],
  ["streamed, stored", "z=zipfile.ZipFile(Pipe(path),'w')", "zip_header_mismatch"],
  ["with zip64 fields that it does not need", "z=zipfile.ZipFile(path,'w',zipfile.ZIP_DEFLATED); force=True"],
  [
    "streamed, with zip64 fields that it does not need",
    "z=zipfile.ZipFile(Pipe(path),'w',zipfile.ZIP_DEFLATED); force=True",
    // `ZipInfo(name)` is stored, whatever the archive's method.
    "zip_header_mismatch",
  ],
];

const PREAMBLE = `
import sys,zipfile
class Pipe:
    def __init__(self,path): self.f=open(path,'wb')
    def write(self,data): return self.f.write(data)
    def flush(self): self.f.flush()
path,force=sys.argv[1],False
`;

const BODY = `
for name,content in (('a.txt','evidence '*100),('dir/b.json','{}'),('empty',''),('c.txt','x')):
    with z.open(zipfile.ZipInfo(name) if force else name,'w',force_zip64=force) as f: f.write(content.encode())
z.close()
if hasattr(z.fp,'flush'): z.fp.flush()
`;

const CONTENTS = { "a.txt": "evidence ".repeat(100), "dir/b.json": "{}", empty: "", "c.txt": "x" };

describe("python's zipfile", () => {
  for (const [rule, open, code] of PYTHON) {
    test.skipIf(Bun.which("python3") === null)(rule, async () => {
      const path = join(folder, `${rule.replaceAll(/\W/g, "-")}.zip`);
      const { stderr } = Bun.spawnSync(["python3", "-c", `${PREAMBLE}${open}${BODY}`, path]);
      expect(stderr.toString()).toBe("");
      const { codes, contents } = await judge(new Uint8Array(readFileSync(path)));
      expect(codes).toEqual(code === undefined ? [] : [code]);
      if (code === undefined) expect(Object.fromEntries(contents)).toEqual(CONTENTS);
    });
  }

  test.skipIf(Bun.which("python3") === null)("a directory is refused", async () => {
    const path = join(folder, "directory.zip");
    Bun.spawnSync([
      "python3",
      "-c",
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1],'w'); z.mkdir('dir'); z.writestr('dir/a','x'); z.close()",
      path,
    ]);
    expect((await judge(new Uint8Array(readFileSync(path)))).codes).toEqual(["zip_directory_entry"]);
  });

  test.skipIf(Bun.which("python3") === null)("a name twice is refused", async () => {
    const path = join(folder, "twice.zip");
    Bun.spawnSync([
      "python3",
      "-W",
      "ignore",
      "-c",
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1],'w'); z.writestr('a','x'); z.writestr('a','y'); z.close()",
      path,
    ]);
    expect((await judge(new Uint8Array(readFileSync(path)))).codes).toEqual(["zip_duplicate_entry"]);
  });
});

describe("Info-ZIP", () => {
  const runs: readonly [rule: string, options: string[]][] = [
    ["zip -X", ["-X"]],
    ["zip -0", ["-0"]],
    ["zip -9", ["-9"]],
    ["zip with its times and owners", []],
  ];
  for (const [rule, options] of runs) {
    test.skipIf(Bun.which("zip") === null)(rule, async () => {
      const path = join(folder, `${rule.replaceAll(/\W/g, "-")}.zip`);
      writeFileSync(join(folder, "a.txt"), CONTENTS["a.txt"]);
      writeFileSync(join(folder, "empty"), "");
      expect(Bun.spawnSync(["zip", "-q", ...options, path, "a.txt", "empty"], { cwd: folder }).exitCode).toBe(0);
      const { codes, contents } = await judge(new Uint8Array(readFileSync(path)));
      expect(codes).toEqual([]);
      expect(Object.fromEntries(contents)).toEqual({ "a.txt": CONTENTS["a.txt"], empty: "" });
    });
  }

  test.skipIf(Bun.which("zip") === null)("zip to a pipe", async () => {
    writeFileSync(join(folder, "a.txt"), CONTENTS["a.txt"]);
    const { stdout } = Bun.spawnSync(["sh", "-c", "zip -q -X - a.txt | cat"], { cwd: folder });
    const { codes, contents } = await judge(new Uint8Array(stdout));
    expect([codes, Object.fromEntries(contents)]).toEqual([[], { "a.txt": CONTENTS["a.txt"] }]);
  });

  test.skipIf(Bun.which("zip") === null)("zip from a pipe is refused: it marks the entry as a pipe", async () => {
    const { stdout } = Bun.spawnSync(["sh", "-c", "printf evidence | zip -q -X - - | cat"], { cwd: folder });
    expect((await judge(new Uint8Array(stdout))).codes).toEqual(["zip_not_regular_file"]);
  });

  test.skipIf(Bun.which("zip") === null)("a symbolic link is refused", async () => {
    const path = join(folder, "link.zip");
    expect(
      Bun.spawnSync(["sh", "-c", 'ln -sf a.txt link && zip -q -y "$1" link', "sh", path], { cwd: folder }).exitCode,
    ).toBe(0);
    expect((await judge(new Uint8Array(readFileSync(path)))).codes).toEqual(["zip_not_regular_file"]);
  });
});

describe("zip.js", () => {
  for (const [rule, options] of [
    ["by default", {}],
    ["with zip64 records that it does not need", { zip64: true }],
    ["without data descriptors", { dataDescriptor: false }],
    ["without deflate", { level: 0, dataDescriptor: false }],
  ] as const) {
    test(rule, async () => {
      const writer = new ZipWriter(new BlobWriter(), { ...options, useWebWorkers: false });
      for (const [name, content] of Object.entries(CONTENTS)) await writer.add(name, new TextReader(content));
      const { codes, contents } = await judge(await (await writer.close()).bytes());
      expect(codes).toEqual([]);
      expect(Object.fromEntries(contents)).toEqual(CONTENTS);
    });
  }
});
