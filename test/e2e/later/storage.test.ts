/** `gait guard encrypt`, `decrypt` and `retain` by the executable: what is written, deleted, and left alone. */
import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bash, gait } from "../gait.ts";

const cwd = mkdtempSync(join(tmpdir(), "gait-storage-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const env = { KEY: Buffer.alloc(32, 7).toString("base64"), OTHER: Buffer.alloc(32, 8).toString("base64") };
const guard = (...words: string[]) => gait(["guard", ...words], { cwd, env });
const DAY = 86_400;

test("a file is encrypted and comes back; nothing else is replaced, and the key is nowhere", () => {
  writeFileSync(join(cwd, "a.zip"), "evidence");
  const done = guard("encrypt", "--in", "a.zip", "--key-env", "KEY", "--json");
  expect(JSON.parse(done.stdout)).toMatchObject({ ok: true, path: "a.zip.gaitenc", key_ref: "KEY", plain_size: 8 });
  expect(readFileSync(join(cwd, "a.zip.gaitenc"), "utf8") + done.stdout).not.toContain(env.KEY.slice(0, 20));
  if (process.platform !== "win32") expect(statSync(join(cwd, "a.zip.gaitenc")).mode & 0o777).toBe(0o600);
  expect(guard("encrypt", "--in", "a.zip", "--key-env", "KEY").exit).toBe(6);
  expect(guard("encrypt", "--in", "a.zip", "--out", "a.zip", "--force", "--key-env", "KEY").exit).toBe(6);
  expect(guard("decrypt", "--in", "a.zip.gaitenc", "--key-env", "KEY").exit).toBe(0);
  writeFileSync(join(cwd, "a.zip"), "another");
  expect(guard("decrypt", "--in", "a.zip.gaitenc", "--key-env", "KEY").exit).toBe(6);
  expect(guard("decrypt", "--in", "a.zip.gaitenc", "--out", "x", "--key-env", "OTHER").exit).toBe(6);
  expect(guard("decrypt", "--in", "a.zip.gaitenc", "--out", "x").exit).toBe(6);
  expect(guard("decrypt", "--in", "a.zip.gaitenc", "--out", "x", "--key-env", "KEY", "--key-command", "y").exit).toBe(
    6,
  );
  expect(guard("decrypt", "--in", "absent", "--key-env", "KEY").exit).toBe(6);
  expect(readFileSync(join(cwd, "a.zip"), "utf8")).toBe("another");
  expect(existsSync(join(cwd, "x"))).toBe(false);
});

const AGES: Readonly<Record<string, number>> = {
  "trace_old.json": 184,
  "trace_new.json": 182,
  "TRACE_UP.JSON": 400,
  "xtrace_old.json": 400,
  "trace_old.jsonl": 400,
  "pack_old.zip": 400,
  "runpack_old.zip": 400,
  "evidence_pack_old.zip": 400,
  "sub/incident_pack_old.gaitenc": 400,
  "sub/evidence_pack_new.ZIP": 1,
};

function folder(name: string): string {
  for (const [file, days] of Object.entries(AGES)) {
    const path = join(cwd, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "x");
    const time = Date.now() / 1000 - days * DAY;
    utimesSync(path, time, time);
  }
  return name;
}

const left = (name: string) => readdirSync(join(cwd, name), { recursive: true, encoding: "utf8" }).length;
const ALL = Object.keys(AGES).length + 1;

test("what is older than six months goes, by its name and nothing else", () => {
  const root = folder("plain");
  const { exit, stdout } = guard("retain", "--root", root, "--report-out", "report.json", "--json");
  const gone = JSON.parse(stdout).deleted_files.map(({ path }: { path: string }) => path.replaceAll("\\", "/"));
  expect([exit, gone]).toEqual([
    0,
    [
      "plain/TRACE_UP.JSON",
      "plain/evidence_pack_old.zip",
      "plain/sub/incident_pack_old.gaitenc",
      "plain/trace_old.json",
    ],
  ]);
  expect(left(root)).toBe(ALL - 4);
  expect(JSON.parse(readFileSync(join(cwd, "report.json"), "utf8"))).toMatchObject({
    ...{ schema_id: "gait.guard.retention_report", dry_run: false, scanned_files: 6, trace_ttl_seconds: 4392 * 3600 },
  });
});

test("a shorter time needs --force or --dry-run; 0 and less keep", () => {
  const root = folder("short");
  for (const words of [
    ["--trace-ttl", "4391h"],
    ["--pack-ttl", "1s"],
    ["--pack-ttl", "x"],
    ["--trace-ttl", ""],
  ])
    expect([words, guard("retain", "--root", root, ...words).exit]).toEqual([words, 6]);
  for (const words of [
    ["--dry-run", "--trace-ttl", "1h"],
    ["--trace-ttl", "0", "--pack-ttl=-5h"],
    ["--trace-ttl=0s", "--pack-ttl=0"],
  ])
    expect([words, guard("retain", "--root", root, ...words).exit, left(root)]).toEqual([words, 0, ALL]);
  expect(guard("retain", "--root", root, "--trace-ttl", "1h", "--pack-ttl", "1h", "--force").exit).toBe(0);
  expect(left(root)).toBe(ALL - 6);
});

test("a wrong folder or report deletes nothing", () => {
  const root = folder("wrong");
  for (const words of [
    ["--root", "absent"],
    ["--root", "wrong/pack_old.zip"],
    ["--root", root, "--report-out", "."],
    [],
  ])
    expect([words, guard("retain", ...words).exit]).toEqual([words, 6]);
  expect(left(root)).toBe(ALL);
});

test.skipIf(process.platform === "win32")("a link goes itself, and not what it leads to", () => {
  const root = folder("links");
  mkdirSync(join(cwd, "outside"));
  writeFileSync(join(cwd, "outside/trace_1.json"), "x");
  utimesSync(join(cwd, "outside/trace_1.json"), 1, 1);
  symlinkSync("../outside", join(cwd, root, "linked"));
  symlinkSync("../outside/trace_1.json", join(cwd, root, "trace_link.json"));
  lutimesSync(join(cwd, root, "trace_link.json"), 1, 1);
  expect(guard("retain", "--root", root).exit).toBe(0);
  expect(existsSync(join(cwd, "outside/trace_1.json"))).toBe(true);
  expect(() => lstatSync(join(cwd, root, "trace_link.json"))).toThrow();
  symlinkSync("outside", join(cwd, "root-link"));
  expect(guard("retain", "--root", "root-link").exit).toBe(6);
});

// Root may delete everywhere: the command runs as `nobody` then, if that user can start the executable at all.
const user = process.getuid?.() === 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "";
const works = process.platform !== "win32" && bash(`${user} "$GAIT" version`).exit === 0;
test.skipIf(!works)("what was deleted before an error is said", () => {
  const root = folder("locked");
  chmodSync(cwd, 0o755);
  chmodSync(join(cwd, root), 0o777);
  chmodSync(join(cwd, root, "sub"), 0o555);
  const { exit, stdout } = bash(`${user} "$GAIT" guard retain --root ${root} --json`, { cwd });
  chmodSync(join(cwd, root, "sub"), 0o755);
  const { ok, deleted_files, kept_files, scanned_files, error } = JSON.parse(stdout);
  expect([exit, ok, deleted_files.length, kept_files.length, scanned_files]).toEqual([6, false, 2, 4, 6]);
  expect(error).toContain("incident_pack_old.gaitenc");
});
