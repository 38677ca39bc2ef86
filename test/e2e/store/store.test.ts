/** `gait store` on a folder: what is put, what is refused, and what a changed store looks like. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { trustPath } from "../../trust-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, gait } from "../gait.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const JOB = vectorPath("packs/pack_job_resumed_signed.zip");
const GUARD = vectorPath("guard/guard_pci_full_pdf.zip");
const BAD = vectorPath("tampered/rp_hash_mismatch.zip");
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

let scene: Scene;
let today = "";
beforeAll(() => {
  scene = exampleFolder();
  today = `packs/${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}`;
});
afterAll(() => scene.remove());

let made = 0;
/** A new store. */
function store(...packs: string[]): string {
  const name = `store-${++made}`;
  expect(gait(["store", "init", name], { cwd: scene.path }).exit).toBe(0);
  if (packs.length > 0) expect(gait(["store", "put", ...packs, "--to", name], { cwd: scene.path }).exit).toBe(0);
  return name;
}
const inStore = (name: string, pack: string): string => scene.at(name, today, `${sha256(pack)}.zip`);
const run = (...args: string[]) => gait(args, { cwd: scene.path });

describe("gait store init", () => {
  test("twice is no error, with another retention it is", () => {
    const name = store();
    expect(scene.json(["store", "init", name])).toMatchObject({ exit: 0, answer: { outcome: "unchanged" } });
    const other = run("store", "init", name, "--retain", "365d");
    expect(other).toMatchObject({ exit: 6, stdout: "" });
    expect(other.stderr).toContain("is a store already, with a retention of 183 days");
  });

  test.each([
    ["fewer than 183 days", ["--retain", "182d"]],
    ["no number", ["--retain", "long"]],
    ["0 days", ["--retain", "0d", "--force"]],
    ["hours", ["--retain", "4392h"]],
    ["another mode", ["--mode", "none"]],
  ])("refuses %s", (_rule, flags) => {
    expect(run("store", "init", "never", ...flags)).toMatchObject({ exit: 6, stdout: "" });
    expect(existsSync(scene.at("never"))).toBeFalse();
  });

  test("takes fewer with --force", () => {
    const { exit, answer } = scene.json(["store", "init", "short", "--retain", "7d", "--force"]);
    expect([exit, answer]).toMatchObject([0, { outcome: "created", retention: { days: 7 } }]);
  });

  test("refuses a bucket, which opens no socket in this version", () => {
    expect(run("store", "init", "s3://bucket/prefix")).toMatchObject({ exit: 6, stdout: "" });
    expect(existsSync(scene.at("s3:"))).toBeFalse();
  });
});

describe("gait store put", () => {
  test("puts every kind under its SHA-256, byte for byte, and again without a change", () => {
    const name = store(ALPHA, JOB, GUARD);
    for (const pack of [ALPHA, JOB, GUARD]) expect(readFileSync(inStore(name, pack))).toEqual(readFileSync(pack));
    const { exit, answer } = scene.json(["store", "put", ALPHA, "--to", name]);
    expect([exit, answer]).toMatchObject([
      0,
      { packs: [{ outcome: "unchanged", sha256: sha256(ALPHA) }], refused: [] },
    ]);
  });

  test("does not put a pack that fails, and puts the others", () => {
    const name = store();
    const { exit, answer } = scene.json(["store", "put", BAD, ALPHA, "missing.zip", "--to", name]);
    expect([exit, answer]).toMatchObject([
      2,
      {
        error_code: "verification_failed",
        packs: [{ path: ALPHA }],
        refused: [{ reason: "failed" }, { reason: "not_found" }],
      },
    ]);
    expect(readdirSync(scene.at(name, today))).toEqual([`${sha256(ALPHA)}.zip`]);
  });

  test("of one that can't be read alone is exit 6", () => {
    writeFileSync(scene.at("empty.zip"), "");
    for (const path of ["missing.zip", "empty.zip", "run.json"])
      expect(run("store", "put", path, "--to", store()).exit).toBe(6);
  });

  test("asks for a signature where it is told to", () => {
    const name = store();
    const key = ["--require-signature", "--public-key", keyPath("test", "public")];
    expect(run("store", "put", vectorPath("packs/pack_run_golf.zip"), "--to", name, ...key).exit).toBe(2);
    expect(run("store", "put", ALPHA, "--to", name, ...key).exit).toBe(0);
  });

  test("takes along what lies beside a pack, and nothing else", () => {
    mkdirSync(scene.at("beside"));
    copyFileSync(ALPHA, scene.at("beside/a.zip"));
    for (const ending of [".sig", ".approver.sigs.jsonl", ".tlog-proof", ".txt", ".sig.bak"])
      writeFileSync(scene.at(`beside/a.zip${ending}`), ending);
    const name = store(scene.at("beside/a.zip"));
    const stem = `${sha256(ALPHA)}.zip`;
    expect(readdirSync(scene.at(name, today)).sort()).toEqual(
      [stem, `${stem}.sig`, `${stem}.approver.sigs.jsonl`, `${stem}.tlog-proof`].sort(),
    );
    writeFileSync(scene.at("beside/a.zip.sig"), "another");
    const again = run("store", "put", "beside/a.zip", "--to", name);
    expect([again.exit, again.stderr]).toEqual([0, expect.stringContaining("nothing in a store is replaced")]);
  });

  test("does not take what is there under the name for the pack", () => {
    const name = store(ALPHA);
    chmodSync(inStore(name, ALPHA), 0o600);
    writeFileSync(inStore(name, ALPHA), readFileSync(JOB));
    const put = run("store", "put", ALPHA, "--to", name);
    expect([put.exit, put.stderr]).toEqual([6, expect.stringContaining("other content than its name says")]);
  });

  test("refuses a folder that is no store, no store, and no pack", () => {
    mkdirSync(scene.at("plain"), { recursive: true });
    for (const args of [["--to", "plain"], ["--to", "nowhere"], []])
      expect(run("store", "put", ALPHA, ...args).exit).toBe(6);
    expect(run("store", "put", "--to", store()).exit).toBe(6);
    expect(readdirSync(scene.at("plain"))).toEqual([]);
  });

  test("leaves nothing behind on a full disk", () => {
    const name = store();
    // A limit of one block for a file.
    const { exit } = bash(`ulimit -f 1; "$GAIT" store put ${GUARD} --to ${name}`, { cwd: scene.path });
    expect(exit).not.toBe(0);
    expect(bash(`find ${name} -type f | wc -l`, { cwd: scene.path }).stdout.trim()).toBe("1");
  });
});

describe("gait store verify", () => {
  test("finds a pack that was replaced by another good one", () => {
    const name = store(ALPHA, JOB);
    chmodSync(inStore(name, ALPHA), 0o600);
    writeFileSync(inStore(name, ALPHA), readFileSync(JOB));
    for (const more of [[], ["--jobs", "1"], ["--trust", trustPath("sshsig/allowed_signers")]]) {
      const { exit, stdout } = run("store", "verify", name, "--format", "json", ...more);
      expect([exit, stdout]).toEqual([2, expect.stringContaining('"code":"pack_changed"')]);
    }
  });

  test("names what is foreign, and does not open it", () => {
    const name = store(ALPHA);
    const pipe = scene.at(name, today, "pipe.zip");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    symlinkSync("/", scene.at(name, "packs/root"));
    const { exit, stdout, stderr } = run("store", "verify", name);
    expect([exit, stdout]).toEqual([0, expect.stringContaining("1 pack: 1 intact")]);
    expect(stderr).toContain("foreign");
    expect(run("store", "ls", name).stderr).toContain("2 foreign");
  });

  test("of an empty store is no success", () => {
    expect(run("store", "verify", store())).toMatchObject({ exit: 6, stdout: "" });
  });

  test("of one prefix takes only that", () => {
    const name = store(ALPHA);
    expect(run("store", "verify", name, "--prefix", `${today}/`).exit).toBe(0);
    expect(run("store", "verify", name, "--prefix", "packs/1999/").exit).toBe(6);
    for (const prefix of ["", "packs", "packs/../", "collections/", "/etc/"])
      expect(run("store", "verify", name, "--prefix", prefix).exit).toBe(6);
  });
});

describe("gait store get and ls", () => {
  test("give what was put", () => {
    const name = store(ALPHA, JOB);
    const key = `${today}/${sha256(ALPHA)}.zip`;
    for (const wanted of [key, sha256(ALPHA), sha256(ALPHA).toUpperCase()]) {
      expect(run("store", "get", name, wanted, "--out-dir", "got").exit).toBe(0);
      expect(readFileSync(scene.at("got", `${sha256(ALPHA)}.zip`))).toEqual(readFileSync(ALPHA));
    }
    const { answer } = scene.json(["store", "ls", name]);
    expect(answer).toMatchObject({
      packs: expect.arrayContaining([{ key, sha256: sha256(ALPHA), size: readFileSync(ALPHA).length }]),
    });
    expect(run("store", "ls", name, "--format", "ndjson").stdout.split("\n").length).toBe(3);
  });

  test("write nothing of a pack that was changed, or that is not there", () => {
    const name = store(ALPHA);
    chmodSync(inStore(name, ALPHA), 0o600);
    writeFileSync(inStore(name, ALPHA), "other");
    expect(run("store", "get", name, sha256(ALPHA), "--out-dir", "never").exit).toBe(6);
    expect(run("store", "get", name, "0".repeat(64), "--out-dir", "never").exit).toBe(6);
    expect(run("store", "get", name, "../../etc/passwd", "--out-dir", "never").exit).toBe(6);
    expect(existsSync(scene.at("never"))).toBeFalse();
  });
});

describe("a folder locks nothing", () => {
  test.each([
    ["hold add", ["hold", "add"], []],
    ["hold remove", ["hold", "remove"], []],
    ["retain", ["retain"], ["--until", "2031-01-01T00:00:00Z"]],
  ])("%s is refused, and says why", (_name, verb, flags) => {
    const refused = run("store", ...verb, store(ALPHA), sha256(ALPHA), ...flags);
    expect(refused).toMatchObject({ exit: 6, stdout: "" });
    expect(refused.stderr).toContain("a folder locks nothing");
  });

  test.each([
    ["put --legal-hold", (name: string) => ["put", ALPHA, "--to", name, "--legal-hold"]],
    ["put --retain-until", (name: string) => ["put", ALPHA, "--to", name, "--retain-until", "2031-01-01T00:00:00Z"]],
    ["ls --retention", (name: string) => ["ls", name, "--retention"]],
    ["verify --require-retention", (name: string) => ["verify", name, "--require-retention"]],
  ])("%s too", (_name, args) => {
    expect(run("store", ...args(store()))).toMatchObject({ exit: 6, stdout: "" });
  });
});
