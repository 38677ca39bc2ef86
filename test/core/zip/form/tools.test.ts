/** The table of forms compared with real tools: the output of each, in all its modes, has the form named after it. */
import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesSource } from "../../../../src/core/bytes/source.ts";
import { readLayout } from "../../../../src/core/zip/layout.ts";
import { vectorPath } from "../../../go-vectors.ts";

const folder = mkdtempSync(join(tmpdir(), "gait-tools-"));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = ["run.json", "results.jsonl", "empty.jsonl", "source/runpack.zip"];
/** Compressible files only: a stored entry with its size after its data is refused. */
const DEFLATING = FILES.slice(0, 2);

mkdirSync(join(folder, "source"));
writeFileSync(join(folder, "run.json"), JSON.stringify({ run_id: "run", notes: "evidence ".repeat(50) }));
writeFileSync(join(folder, "results.jsonl"), '{"result_id":"r","status":"ok"}\n'.repeat(20));
writeFileSync(join(folder, "empty.jsonl"), "");
copyFileSync(vectorPath("runpacks/raw/runpack_run_alpha.zip"), join(folder, "source/runpack.zip"));

type Command = readonly [form: string, tool: string, script: string];

/** `$out` is the archive, `$all` and `$deflating` are the files; the folder is the current one. */
const COMMANDS: readonly Command[] = [
  ["Info-ZIP zip", "zip", "zip -q $out $all"],
  ["Info-ZIP zip", "zip", "zip -q -0 $out $all"],
  ["Info-ZIP zip", "zip", "zip -q -9 -rD $out ."],
  ["Info-ZIP zip", "zip", "zip -q - $all > $out"],
  ["Info-ZIP zip -X", "zip", "zip -q -X $out $all"],
  ["Info-ZIP zip -X", "zip", "zip -q -X -1 $out $all"],
  ["Info-ZIP zip -fd", "zip", "zip -q -fd $out $deflating"],
  ["Info-ZIP zip -fd", "zip", "zip -q - $deflating | cat > $out"],
  ["Info-ZIP zip -X -fd", "zip", "zip -q -X - $deflating | cat > $out"],
  ["Info-ZIP zip -fz", "zip", "zip -q -fz $out $all"],
  ["Info-ZIP zip -X -fz", "zip", "zip -q -X -fz -0 $out $all"],
  ["7-Zip", "7zz", "7zz a -tzip $out $all"],
  ["7-Zip", "7zz", "7zz a -tzip -mx0 $out $all"],
  ["7-Zip", "7zz", "7zz a -tzip -mtc=on -mta=on $out $all"],
  ["7-Zip without times", "7zz", "7zz a -tzip -mtm=off $out $all"],
  ["7-Zip -mtp=1", "7zz", "7zz a -tzip -mtp=1 $out $all"],
  ["7-Zip -so", "7zz", "7zz a -tzip -so x $all > $out"],
  ["bsdtar", "bsdtar", "bsdtar --format zip -cf $out $all"],
  ["bsdtar --options zip:zip64", "bsdtar", "bsdtar --format zip --options zip:zip64 -cf $out $all"],
  ["jar", "jar", "jar cfM $out $all"],
  ["jar", "jar", "jar cfM0 $out $all"],
  [
    "jar, of times before 1980",
    "jar",
    "mkdir -p old && cp $deflating old && touch -d 1970-01-02 old/* && jar cfM $out -C old run.json -C old results.jsonl",
  ],
  ["minizip", "minizip", "minizip $out $all"],
  ["minizip", "minizip", "minizip -0 $out $all"],
  ["minizip", "minizip", "minizip -9 $out $all"],
  [
    "git archive",
    "git",
    "git init -q repo && cp $deflating repo && cd repo && git add . && git -c user.name=a -c user.email=a@b commit -qm a && git archive --format=zip HEAD: > $out",
  ],
  [
    "libzip",
    "php",
    `php -r '$z=new ZipArchive;$z->open($argv[1],1);foreach(array_slice($argv,2) as $n)$z->addFile($n,$n);$z->close();' $out $all`,
  ],
  [
    "rubyzip",
    "ruby",
    `ruby -rzip -e 'o=ARGV.shift;Zip.write_zip64_support=false;Zip::File.open(o,Zip::File::CREATE){|z|ARGV.each{|n|z.add(n,n)}}' $out $all`,
  ],
  [
    "rubyzip before 3.0, write_zip64_support",
    "ruby",
    `ruby -rzip -e 'o=ARGV.shift;Zip.write_zip64_support=true;Zip::File.open(o,Zip::File::CREATE){|z|ARGV.each{|n|z.add(n,n)}}' $out $all`,
  ],
  [
    "perl IO::Compress::Zip of files, Stream: 0",
    "perl",
    `perl -MIO::Compress::Zip=zip -e '$o=shift;zip [@ARGV]=>$o,Stream=>0' $out $all`,
  ],
  [
    "perl IO::Compress::Zip of files, Stream: 0",
    "perl",
    `perl -MIO::Compress::Zip=zip -e '$o=shift;zip [@ARGV]=>$o,Stream=>0,Method=>0' $out $all`,
  ],
  [
    "perl IO::Compress::Zip of files, Zip64",
    "perl",
    `perl -MIO::Compress::Zip=zip -e '$o=shift;zip [@ARGV]=>$o,Zip64=>1' $out $all`,
  ],
  [
    "perl IO::Compress::Zip of files, Zip64, Stream: 0",
    "perl",
    `perl -MIO::Compress::Zip=zip -e '$o=shift;zip [@ARGV]=>$o,Zip64=>1,Stream=>0' $out $all`,
  ],
  ["perl IO::Compress::Zip of files", "perl", `perl -MIO::Compress::Zip=zip -e '$o=shift;zip [@ARGV]=>$o' $out $all`],
  [
    "perl IO::Compress::Zip, Zip64",
    "perl",
    `perl -MIO::Compress::Zip -e '$o=shift;$n=shift;$z=IO::Compress::Zip->new($o,Name=>$n,Zip64=>1);$z->print("evidence");for(@ARGV){$z->newStream(Name=>$_,Zip64=>1);$z->print("evidence")}$z->close' $out $all`,
  ],
  [
    "SQLite zipfile",
    "sqlite3",
    `sqlite3 :memory: "create virtual table temp.z using zipfile('$out'); insert into z(name,mode,mtime,data) values('run.json',33188,1700000000,readfile('run.json'));"`,
  ],
];

describe("programs", () => {
  for (const [index, [form, tool, script]] of COMMANDS.entries()) {
    test.skipIf(Bun.which(tool) === null)(`${form}: ${script.slice(0, 90)}`, async () => {
      await expectForm(
        form,
        run(
          ["sh", "-e", "-c", `out=$1; all=$2; deflating=$3; eval "${script.replaceAll(/["$`\\]/g, "\\$&")}"`, "sh"],
          `${index}`,
        ),
      );
    });
  }
});

const PYTHON: readonly (readonly [form: string, mode: string, how: string])[] = [
  ["python zipfile", "file, DEFLATED", "z.write(n)"],
  ["python zipfile", "file, STORED", "z.write(n)"],
  ["python zipfile", "file, DEFLATED", "z.writestr(n, open(n,'rb').read())"],
  ["python zipfile to a pipe", "pipe, DEFLATED", "z.write(n)"],
  ["python zipfile, force_zip64", "file, DEFLATED", "z.open(n,'w',force_zip64=True).close()"],
  ["python zipfile to a pipe, force_zip64", "pipe, DEFLATED", "z.open(n,'w',force_zip64=True).close()"],
];

describe("python's zipfile", () => {
  for (const [index, [form, mode, how]] of PYTHON.entries()) {
    test.skipIf(Bun.which("python3") === null)(`${form}: ${mode}: ${how}`, async () => {
      const script = [
        "import sys,zipfile",
        "class Pipe:",
        "  def __init__(s,p): s.f=open(p,'wb')",
        "  def write(s,d): return s.f.write(d)",
        "  def flush(s): s.f.flush()",
        `z=zipfile.ZipFile(${mode.startsWith("pipe") ? "Pipe(sys.argv[1])" : "sys.argv[1]"},'w',zipfile.ZIP_${mode.split(" ")[1]})`,
        `for n in sys.argv[2].split(): ${how}`,
        "out=z.fp; z.close()",
        ...(mode.startsWith("pipe") ? ["out.flush()"] : []),
      ];
      const { path } = run(["python3", "-c", script.join("\n")], `python-${index}`);
      const expected = form.includes("force_zip64") && isEarlierPython() ? /^python zipfile/ : form;
      await expectForm(expected, { path });
    });
  }
});

/** Before 3.11.4 the forced form was different, and to a pipe it contradicted itself. */
function isEarlierPython(): boolean {
  const { stdout } = Bun.spawnSync(["python3", "-c", "import sys; print(sys.version_info < (3,11,4))"]);
  return stdout.toString().trim() === "True";
}

const GO = `package main
import ("archive/zip"; "bytes"; "compress/flate"; "hash/crc32"; "os"; "io")
func main() {
  out, _ := os.Create(os.Args[1]); z := zip.NewWriter(out)
  for _, name := range os.Args[3:] {
    info, _ := os.Stat(name); header, _ := zip.FileInfoHeader(info); header.Name = name; header.Method = zip.Deflate
    if os.Args[2] == "plain" { header = &zip.FileHeader{Name: name, Method: zip.Deflate} }
    if os.Args[2] == "raw" {
      content, _ := os.ReadFile(name); var data bytes.Buffer; f, _ := flate.NewWriter(&data, 6); f.Write(content); f.Close()
      w, _ := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(content), CompressedSize64: uint64(data.Len()), UncompressedSize64: uint64(len(content))})
      w.Write(data.Bytes()); continue
    }
    if os.Args[2] == "time" { header = &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: info.ModTime()} }
    w, _ := z.CreateHeader(header); in, _ := os.Open(name); io.Copy(w, in)
  }
  z.Close(); out.Close()
}`;

describe("Go's archive/zip", () => {
  for (const [form, how] of [
    ["Go archive/zip", "file"],
    ["Go archive/zip without mode", "time"],
    ["Go archive/zip without mode and time", "plain"],
    ["Go archive/zip, CreateRaw", "raw"],
  ] as const) {
    test.skipIf(Bun.which("go") === null)(
      form,
      async () => {
        writeFileSync(join(folder, "main.go"), GO);
        const path = join(folder, `go-${how}.zip`);
        expect(Bun.spawnSync(["go", "run", "main.go", path, how, ...FILES], { cwd: folder }).exitCode).toBe(0);
        await expectForm(form, { path });
      },
      120_000,
    );
  }
});

const JAVA = `import java.io.*; import java.nio.file.*; import java.util.zip.*;
public class Main { public static void main(String[] a) throws Exception {
  try (ZipOutputStream z = new ZipOutputStream(new FileOutputStream(a[0]))) {
    for (int i = 2; i < a.length; i++) { ZipEntry e = new ZipEntry(a[i]);
      if (a[1].equals("times")) { e.setLastModifiedTime(Files.getLastModifiedTime(Path.of(a[i]))); e.setCreationTime(Files.getLastModifiedTime(Path.of(a[i]))); }
      z.putNextEntry(e); z.write(Files.readAllBytes(Path.of(a[i]))); z.closeEntry(); } } } }`;

describe("Java's ZipOutputStream", () => {
  for (const [form, how] of [
    ["Java ZipOutputStream", "plain"],
    ["Java ZipOutputStream with times", "times"],
  ] as const) {
    test.skipIf(Bun.which("javac") === null)(
      form,
      async () => {
        writeFileSync(join(folder, "Main.java"), JAVA);
        const path = join(folder, `java-${how}.zip`);
        expect(Bun.spawnSync(["java", "Main.java", path, how, ...FILES], { cwd: folder }).exitCode).toBe(0);
        await expectForm(form, { path });
      },
      120_000,
    );
  }
});

/** `$out` is the archive, `$all` are the files, by the shell. */
function run(command: readonly string[], name: string): { path: string } {
  const path = join(folder, `${name}.zip`);
  const { exitCode, stderr } = Bun.spawnSync([...command, path, FILES.join(" "), DEFLATING.join(" ")], { cwd: folder });
  expect([exitCode, stderr.toString()]).toEqual([0, expect.any(String)]);
  return { path };
}

async function expectForm(form: string | RegExp, { path }: { path: string }): Promise<void> {
  const layout = await readLayout(bytesSource(new Uint8Array(readFileSync(path))));
  expect(layout.findings.map(({ code, path: entry, message }) => `${code} ${entry}: ${message}`)).toEqual([]);
  if (form instanceof RegExp) expect(layout.form).toMatch(form);
  else expect(layout.form).toBe(form);
}
