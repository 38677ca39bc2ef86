/** `gait store`, `collection` and `catalog` on a bucket of Ceph's gateway: what holds in a folder holds there. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { keyPath, vectorPath } from "../../../go-vectors.ts";
import { trustPath } from "../../../trust-vectors.ts";
import { conforms } from "../../answers.ts";
import { exampleFolder, type Scene } from "../../folder.ts";
import { GAIT, gait } from "../../gait.ts";
import { type Ceph, hasCeph, startCeph } from "./ceph.ts";
import { testParts } from "./ceph-parts.ts";
import { BUCKET_FAULTS } from "./refused.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const JOB = vectorPath("packs/pack_job_resumed_signed.zip");
const GOLF = vectorPath("packs/pack_run_golf.zip");
const KEY = keyPath("test", "public");
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
const day = `packs/${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}`;

describe.skipIf(!hasCeph())("a bucket of Ceph's gateway", () => {
  let ceph: Ceph;
  let scene: Scene;
  beforeAll(async () => {
    scene = exampleFolder();
    ceph = await startCeph();
    await ceph.makeBucket("evidence");
    await ceph.makeBucket("locked", { locks: true });
    gait(["keys", "init", "--prefix", "log", "--out-dir", "keys"], { cwd: scene.path });
  }, 120_000);
  afterAll(() => {
    ceph?.stop();
    scene?.remove();
  });

  const run = (...args: string[]) => gait(args, { cwd: scene.path, env: ceph.env });
  const json = (...args: string[]) => {
    const { exit, stdout } = run(...args, "--json");
    const answer = JSON.parse(stdout);
    expect(conforms(answer)).toEqual([]);
    return { exit, answer };
  };
  let made = 0;
  /** A new store, with these packs. */
  const store = (...packs: string[]): string => storeIn("evidence", ...packs);
  const storeIn = (bucket: string, ...packs: string[]): string => {
    const name = `s3://${bucket}/store-${++made}`;
    const init = run("store", "init", name);
    // Of a bucket with versions Ceph 16 ignores the condition: that is found out, and said.
    expect([init.exit, init.stderr]).toEqual([0, bucket === "locked" ? expect.stringContaining("no collection") : ""]);
    if (packs.length > 0) expect(run("store", "put", ...packs, "--to", name).exit).toBe(0);
    return name;
  };
  const LOG_KEY = ["--log-key", "keys/log_private.key"];
  const begin = (name: string) =>
    run("collection", "init", name, "--name", "c", "--origin", "example.org/c", ...LOG_KEY);
  /** What is in the store and not in its log, and a head over it. */
  const enter = (name: string): void => {
    for (const args of [
      ["append", "--new"],
      ["checkpoint", ...LOG_KEY],
    ] as const)
      expect(run("collection", args[0], name, "--name", "c", ...args.slice(1)).exit).toBe(0);
  };
  const keyOf = (name: string, pack: string): string => `${basename(name)}/${day}/${sha256(pack)}.zip`;

  test("init twice, put twice, ls, get: the names are those of a folder", () => {
    const name = store(ALPHA, JOB);
    expect(json("store", "init", name)).toMatchObject({ exit: 0, answer: { outcome: "unchanged" } });
    expect(json("store", "put", ALPHA, "--to", name).answer.packs).toMatchObject([{ outcome: "unchanged" }]);
    run("store", "init", "folder");
    run("store", "put", ALPHA, JOB, "--to", "folder");
    expect(json("store", "ls", name).answer.packs).toEqual(json("store", "ls", "folder").answer.packs);
    expect(run("store", "get", name, sha256(ALPHA), "--out-dir", "got").exit).toBe(0);
    expect(sha256(scene.at(`got/${sha256(ALPHA)}.zip`))).toBe(sha256(ALPHA));
    expect(run("store", "get", name, "0".repeat(64))).toMatchObject({ exit: 6, stdout: "" });
  });

  test("what fails is not put", () => {
    const name = store();
    expect(run("store", "put", vectorPath("tampered/rp_hash_mismatch.zip"), "--to", name).exit).toBe(2);
    expect(json("store", "ls", name).answer.packs).toEqual([]);
  });

  test("verify: with a key, with a trust file and what lies beside, by shards, on threads", () => {
    const beside = "stamped/pack_run_alpha.zip";
    const scenario = trustPath("scenarios/two-of-three");
    Bun.spawnSync(["cp", "-r", scenario, scene.at("stamped")]);
    copyFileSync(vectorPath("packs/pack_run_alpha.zip"), scene.at(beside));
    const name = store(scene.at(beside));
    const trusted = json("store", "verify", name, "--trust", "stamped/trust.json");
    expect(trusted).toMatchObject({ exit: 0, answer: { results: [{ ok: true, verify: { verdict: "authentic" } }] } });
    expect(run("store", "verify", name).stdout).toContain("NOT CHECKED: give --trust");
    const signed = store(ALPHA, JOB);
    expect(json("store", "verify", signed, "--public-key", KEY, "--require-signature", "--jobs", "2")).toMatchObject({
      exit: 0,
      answer: { summary: { listed: 2, authentic: 2 } },
    });
    const shards = [0, 1].map((index) => json("store", "verify", signed, "--shard", `${index}/2`));
    expect(shards.map(({ answer }) => answer.summary?.checked ?? 0).reduce((sum, each) => sum + each, 0)).toBe(2);
  });

  test("an object that was replaced, one that is foreign, and one that was taken away", async () => {
    const name = store(ALPHA, JOB, GOLF);
    expect(begin(name).exit).toBe(0);
    expect(run("collection", "append", name, "--name", "c", "--new").stdout).toBe("3 entries appended\n");
    enter(name);
    const audit = () => json("collection", "verify", name, "--name", "c", "--packs", name);
    expect(audit()).toMatchObject({ exit: 0, answer: { packs: { entries: 3, present: 3, missing: 0, changed: 0 } } });
    await ceph.put("evidence", keyOf(name, ALPHA), readFileSync(GOLF));
    await ceph.remove("evidence", keyOf(name, JOB));
    await ceph.put("evidence", `${basename(name)}/${day}/notes.txt`, "foreign");
    const verified = json("store", "verify", name);
    expect(verified).toMatchObject({ exit: 2, answer: { summary: { listed: 2, failed: 1, intact: 1 } } });
    expect(JSON.stringify(verified.answer)).toContain("pack_changed");
    expect(verified.answer.warnings).toEqual([
      expect.stringContaining("has no Object Lock"),
      expect.stringContaining("notes.txt: foreign"),
    ]);
    const { exit, answer } = audit();
    expect([exit, answer.packs]).toEqual([2, expect.objectContaining({ missing: 2, changed: 1 })]);
    expect(run("store", "get", name, sha256(ALPHA), "--out-dir", "bad")).toMatchObject({ exit: 6 });
    expect(scene.files().filter((path) => path.startsWith("bad/"))).toEqual([]);
  });

  test("a collection: proofs, witnesses, and a checkpoint to compare with", () => {
    const name = store(ALPHA);
    const vkey = begin(name).stdout.trim();
    enter(name);
    const verify = ["collection", "verify", name, "--name", "c", "--log-vkey", vkey, "--remember", "seen.note"];
    expect(json(...verify)).toMatchObject({ exit: 0, answer: { verdict: "authentic" } });
    expect(run("store", "put", JOB, "--to", name).exit).toBe(0);
    enter(name);
    expect(json(...verify, "--since", "seen.note")).toMatchObject({ exit: 0, answer: { verdict: "authentic" } });
    expect(run("collection", "prove", name, "--name", "c", sha256(ALPHA), "--out-dir", "proofs").exit).toBe(0);
    const proof = scene.files().find((path) => path.endsWith(".tlog-proof")) ?? "";
    expect(run("collection", "verify", ALPHA, "--proof", proof, "--log-vkey", vkey).exit).toBe(0);
  });

  test("receipts, once, and the catalogue of them", () => {
    const name = store(ALPHA, JOB);
    expect(run("store", "verify", name, "--receipts", "--run", "w48", "--quiet").exit).toBe(0);
    expect(run("store", "verify", name, "--receipts", "--run", "w48", "--quiet")).toMatchObject({ exit: 6 });
    expect(run("catalog", "build", name, "--receipts", "--into", "bucket.sqlite").exit).toBe(0);
    expect(json("catalog", "query", "--db", "bucket.sqlite").answer.packs).toHaveLength(2);
  });

  test("8 writers at once, of whom some are killed: one chain, nothing lost that was acknowledged", async () => {
    const name = store();
    begin(name);
    const acknowledged = await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        const lists = Array.from({ length: 2 }, (__, at) => {
          const digest = createHash("sha256").update(`${writer} ${at}`).digest("hex");
          const list = scene.at(`list-${writer}-${at}`);
          writeFileSync(list, `{"pack_id":"${digest}","sha256":"${digest}","size":1,"type":"pack"}\n`);
          return { list, digest };
        });
        const done: string[] = [];
        for (const { list, digest } of lists) {
          const child = Bun.spawn([GAIT, "collection", "append", name, "--name", "c", "--files-from", list], {
            cwd: scene.path,
            env: { PATH: process.env["PATH"] ?? "", ...ceph.env },
            ...{ stdin: "ignore", stdout: "ignore", stderr: "ignore" },
          });
          if (writer < 3) setTimeout(() => child.kill("SIGKILL"), 20 + 40 * writer);
          if ((await child.exited) === 0) done.push(digest);
        }
        return done;
      }),
    );
    expect(acknowledged.slice(3).flat()).toHaveLength(10);
    expect(run("collection", "checkpoint", name, "--name", "c", ...LOG_KEY).exit).toBe(0);
    const { exit, answer } = json("collection", "verify", name, "--name", "c");
    expect(exit).toBe(0);
    expect(answer.size).toBeGreaterThanOrEqual(acknowledged.flat().length);
    // Each that was acknowledged is in it: appending it again finds it.
    writeFileSync(
      scene.at("all"),
      acknowledged
        .flat()
        .map((digest) => `{"pack_id":"${digest}","sha256":"${digest}","size":1,"type":"pack"}\n`)
        .join(""),
    );
    expect(json("collection", "append", name, "--name", "c", "--files-from", "all").answer).toMatchObject({
      appended: 0,
      known: acknowledged.flat().length,
    });
  }, 60_000);

  describe("Object Lock", () => {
    const inDays = (days: number): string =>
      new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, "");

    test("what is put is locked as long as the store says, or longer, or held", () => {
      const name = storeIn("locked", ALPHA);
      expect(json("store", "put", JOB, "--to", name, "--retain-until", inDays(400), "--legal-hold").exit).toBe(0);
      const { packs } = json("store", "ls", name, "--retention").answer;
      const lockOf = (pack: string) => packs.find((each: { sha256: string }) => each.sha256 === sha256(pack)).lock;
      expect(json("store", "init", name).answer.object_lock).toBe(true);
      expect(lockOf(ALPHA)).toMatchObject({ mode: "governance", legal_hold: false });
      expect(lockOf(ALPHA).until.slice(0, 10)).toBe(inDays(183).slice(0, 10));
      expect(lockOf(JOB)).toEqual({
        mode: "governance",
        until: expect.stringContaining(inDays(400).slice(0, 10)),
        legal_hold: true,
      });
      expect(run("store", "ls", name, "--retention").stdout).toContain(", legal hold");
      expect(json("store", "verify", name, "--require-retention")).toMatchObject({ exit: 0 });
      expect(json("store", "verify", name).answer.warnings).toBeUndefined();
    });

    test("hold and retain: changed, unchanged, never shorter", () => {
      const name = storeIn("locked", ALPHA);
      const change = (...args: string[]) => json("store", ...args).answer.objects?.[0];
      expect(change("hold", "add", name, sha256(ALPHA))).toMatchObject({
        outcome: "changed",
        lock: { legal_hold: true },
      });
      expect(change("hold", "add", name, sha256(ALPHA))).toMatchObject({ outcome: "unchanged" });
      expect(change("hold", "remove", name, sha256(ALPHA))).toMatchObject({
        outcome: "changed",
        lock: { legal_hold: false },
      });
      const longer = ["retain", name, sha256(ALPHA), "--until", "2031-01-01T00:00:00Z"];
      expect(change(...longer)).toMatchObject({ outcome: "changed", lock: { until: "2031-01-01T00:00:00Z" } });
      expect(change(...longer)).toMatchObject({ outcome: "unchanged" });
      const shorter = run("store", "retain", name, sha256(ALPHA), "--until", "2030-01-01T00:00:00Z");
      expect(shorter).toMatchObject({ exit: 6, stdout: "" });
      expect(shorter.stderr).toContain("nothing makes that shorter");
      expect(run("store", "retain", name, sha256(JOB), "--until", "2031-01-01T00:00:00Z")).toMatchObject({ exit: 6 });
      expect(run("store", "retain", name, sha256(ALPHA), "--until", "soon")).toMatchObject({ exit: 6 });
      expect(run("store", "retain", name, sha256(ALPHA))).toMatchObject({ exit: 6 });
    });

    test("a pack without a lock, and one whose lock is short: told, and failed where it is asked for", async () => {
      const name = storeIn("locked");
      await ceph.put("locked", keyOf(name, ALPHA), readFileSync(ALPHA));
      await ceph.put("locked", keyOf(name, JOB), readFileSync(JOB));
      expect(run("store", "retain", name, sha256(JOB), "--until", inDays(10)).exit).toBe(0);
      const { exit, answer } = json("store", "verify", name);
      expect([exit, answer.warnings?.length]).toEqual([0, 2]);
      const strict = json("store", "verify", name, "--require-retention", "--jobs", "1");
      const codes = strict.answer.results.map(
        (each: { verify: { findings: { code: string }[] } }) => each.verify.findings[0]?.code,
      );
      expect([strict.exit, codes.toSorted()]).toEqual([2, ["retention_missing", "retention_short"]]);
    });

    test("a pack that is hidden behind another object, or behind a delete marker", async () => {
      const name = storeIn("locked", ALPHA, JOB, GOLF);
      const refused = begin(name);
      expect([refused.exit, refused.stderr]).toEqual([
        6,
        expect.stringContaining("creates a name again that is there"),
      ]);
      // The log is in a folder, then.
      run("store", "init", "log");
      run("store", "put", ALPHA, JOB, GOLF, "--to", "log");
      begin("log");
      enter("log");
      expect(json("collection", "verify", "log", "--name", "c", "--packs", name).exit).toBe(0);
      await ceph.put("locked", keyOf(name, ALPHA), readFileSync(GOLF));
      await ceph.remove("locked", keyOf(name, JOB));
      const { exit, answer } = json("collection", "verify", "log", "--name", "c", "--packs", name);
      const codes = answer.findings.map((each: { code: string }) => each.code).toSorted();
      expect([exit, codes]).toEqual([2, ["pack_changed", "pack_hidden", "pack_hidden"]]);
      expect(answer.packs).toMatchObject({ missing: 2, changed: 1 });
    });

    test("where there are no locks: refused where they are asked for, else said", () => {
      const name = store();
      const put = run("store", "put", ALPHA, "--to", name);
      expect([put.exit, put.stderr]).toEqual([0, expect.stringContaining("has no Object Lock")]);
      expect(json("store", "verify", name).answer.warnings).toEqual([expect.stringContaining("has no Object Lock")]);
      expect(json("store", "verify", name, "--require-retention").exit).toBe(2);
      expect(run("store", "put", JOB, "--to", name, "--legal-hold")).toMatchObject({ exit: 6, stdout: "" });
      expect(run("store", "hold", "add", name, sha256(ALPHA))).toMatchObject({ exit: 6, stdout: "" });
    });
  });

  describe("an object that is put in parts", () => testParts(() => ceph));

  describe("an error says what, where and what to do, and never a key", () => {
    const secret = () => ceph.env["AWS_SECRET_ACCESS_KEY"] ?? "";
    for (const [name, env, place, text] of BUCKET_FAULTS) {
      test(name, () => {
        const told = gait(["store", "ls", place], { cwd: scene.path, env: { ...ceph.env, ...env, GAIT_DEBUG: "1" } });
        expect([told.exit, told.stdout]).toEqual([6, ""]);
        expect(told.stderr).toContain(text);
        expect(told.stderr).toContain("hint: ");
        expect(told.stderr).not.toContain(secret());
      });
    }
  });
});
