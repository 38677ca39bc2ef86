/** `gait pack verify --trust`: a sample of the scenarios through the executable, its flags, many packs. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { vectorPath } from "../../go-vectors.ts";
import {
  codesOf,
  countedIn,
  NOW,
  packPath,
  type TrustItem,
  trustBytes,
  trustItems,
  trustPath,
  trustText,
} from "../../trust-vectors.ts";
import { conforms } from "../answers.ts";
import { bash, gait } from "../gait.ts";
import { folder, KEY, scene, signed } from "./scene.ts";

interface VerifyAnswer {
  readonly schema_id: string;
  readonly error?: string;
  readonly verify: Parameters<typeof codesOf>[0] &
    Parameters<typeof countedIn>[0] & { readonly verdict: string; readonly reason: string };
}

function verify(cwd: string, ...args: string[]): { exit: number | null; answer: VerifyAnswer } {
  const { exit, stdout } = gait(["pack", "verify", ...args, "--json"], { cwd });
  const answer = JSON.parse(stdout) as VerifyAnswer;
  expect(conforms(answer)).toEqual([]);
  return { exit, answer };
}

/** A folder with the scenario's files and its pack. */
function scenario(item: TrustItem): string {
  const cwd = join(folder, basename(item.file));
  mkdirSync(cwd, { recursive: true });
  for (const name of readdirSync(trustPath(item.file)))
    copyFileSync(trustPath(`${item.file}/${name}`), join(cwd, name));
  copyFileSync(packPath(item), join(cwd, basename(item.pack ?? "")));
  return cwd;
}

const SAMPLE = [
  "four-eyes",
  "mixed-formats",
  "two-of-three",
  "no-rule-for-job",
  "guard-one",
  "inside-counts",
  "trust-zero",
  "job-two",
];

describe("scenarios", () => {
  for (const item of trustItems("scenario").filter(({ file }) => SAMPLE.includes(basename(file)))) {
    test(item.file, () => {
      const expected = item.expect as { verdict: string; exit: number; codes: string[]; counted: string[] };
      const cwd = scenario(item);
      const { exit, answer } = verify(cwd, basename(item.pack ?? ""), "--trust", "trust.json", "--at", item.at ?? "");
      expect(exit).toBe(expected.exit);
      if (expected.exit === 6) expect(answer.error).toContain("trust.json");
      else
        expect([answer.verify.verdict, codesOf(answer.verify), countedIn(answer.verify)]).toEqual([
          expected.verdict,
          expected.codes,
          expected.counted,
        ]);
    });
  }
});

/** A folder with the pack, alice's signature beside it, and a trust file that asks for it. */
function trusted(): string {
  const cwd = scene();
  signed(cwd, "--private-key", "alice.ssh");
  gait(["trust", "init", "--signer", `alice=${KEY("alice.ssh.pub")}`, "--name", "Example", "--out", "trust.json"], {
    cwd,
  });
  return cwd;
}
const PACK = "pack_run_alpha.zip";

describe("whoever delivers evidence does not deliver the policy", () => {
  test("a trust file beside the pack, or in the folder, is not found by itself", () => {
    const cwd = trusted();
    copyFileSync(join(cwd, "trust.json"), join(cwd, `${PACK}.trust.json`));
    const { exit, answer } = verify(cwd, PACK);
    expect([exit, answer.verify.verdict, answer.verify.trust]).toEqual([0, "intact", undefined]);
    expect(answer.verify.reason).toBe("it is not signed; 1 signature file lies beside it, NOT CHECKED: give --trust");
  });
  test("--trust-sha256 refuses another file, and takes this one", () => {
    const cwd = trusted();
    const { answer } = verify(cwd, PACK, "--trust", "trust.json");
    const sha256 = answer.verify.trust?.sha256 ?? "";
    expect(verify(cwd, PACK, "--trust", "trust.json", "--trust-sha256", sha256.toUpperCase()).exit).toBe(0);
    expect(
      verify(
        cwd,
        PACK,
        "--trust",
        "trust.json",
        "--trust-sha256",
        sha256.replace(/./, (digit) => (digit === "0" ? "1" : "0")),
      ).exit,
    ).toBe(6);
    expect(verify(cwd, PACK, "--trust", "trust.json", "--trust-sha256", "abc").exit).toBe(6);
  });
});

describe("flags", () => {
  test("a clock that is turned forward is refused: --at is not later than now", () => {
    const cwd = trusted();
    const { exit, answer } = verify(cwd, PACK, "--trust", "trust.json", "--at", "2999-01-01T00:00:00Z");
    expect([exit, answer.error]).toEqual([6, expect.stringContaining("later than now")]);
    expect(verify(cwd, PACK, "--trust", "trust.json", "--at", "yesterday").exit).toBe(6);
    const { answer: then } = verify(cwd, PACK, "--trust", "trust.json", "--at", "2026-04-01T02:00:00+02:00");
    expect([then.verify.trust?.at, then.verify.trust?.clock]).toEqual([NOW, "given"]);
  });
  test("each needs --trust, and --trust excludes keys", () => {
    const cwd = trusted();
    for (const args of [
      ["--at", NOW],
      ["--bundle", "x"],
      ["--trust-sha256", "0"],
      ["--revoked", "x"],
    ]) {
      expect(verify(cwd, PACK, ...args).exit).toBe(6);
    }
    for (const key of ["--public-key", "--private-key"])
      expect(verify(cwd, PACK, "--trust", "trust.json", key, "alice.ssh").exit).toBe(6);
    expect(verify(cwd, PACK, "--trust", "nothing.json").exit).toBe(6);
    expect(verify(cwd, PACK, "--trust", "trust.json", "--bundle", "nothing.sig").exit).toBe(6);
  });
  test("--bundle takes signatures from elsewhere, --revoked takes keys away", () => {
    const cwd = scene();
    gait(["trust", "init", "--signer", `bob=${KEY("bob.ssh.pub")}`, "--out", "trust.json"], { cwd });
    const bundle = ["--bundle", trustPath("sshsig/bob-agent.sig")];
    expect(verify(cwd, PACK, "--trust", "trust.json").exit).toBe(2);
    expect(verify(cwd, PACK, "--trust", "trust.json", ...bundle).exit).toBe(0);
    const { exit, answer } = verify(
      cwd,
      PACK,
      "--trust",
      "trust.json",
      ...bundle,
      "--revoked",
      trustPath("sshsig/revoked_keys.txt"),
    );
    expect([exit, answer.verify.trust?.signatures[0]?.state]).toEqual([2, "revoked"]);
    const krl = verify(cwd, PACK, "--trust", "trust.json", "--revoked", trustPath("sshsig/revoked.krl"));
    expect([krl.exit, krl.answer.error]).toEqual([6, expect.stringContaining("binary KRL")]);
  });
  test("a trust file that has ended is refused", () => {
    const cwd = trusted();
    const ended = JSON.stringify({
      ...JSON.parse(bash("cat trust.json", { cwd }).stdout),
      until: "2026-01-01T00:00:00Z",
    });
    writeFileSync(join(cwd, "ended.json"), ended);
    expect(verify(cwd, PACK, "--trust", "ended.json").exit).toBe(6);
    expect(verify(cwd, PACK, "--trust", "ended.json", "--at", "2025-12-01T00:00:00Z").exit).toBe(0);
  });
});

describe("hostile folders", () => {
  test("a folder, a pipe, a link to nowhere and a link to itself in the place of a signature fail the pack, and hang nothing", () => {
    const cwd = trusted();
    mkdirSync(join(cwd, `${PACK}.a.sig`));
    bash(`mkfifo ${PACK}.b.sig`, { cwd });
    symlinkSync("nowhere", join(cwd, `${PACK}.c.sig`));
    symlinkSync(`${PACK}.d.sig`, join(cwd, `${PACK}.d.sig`));
    const { exit, answer } = verify(cwd, PACK, "--trust", "trust.json");
    expect(exit).toBe(2);
    expect(answer.verify.findings.map(({ code, path }) => [code, path])).toEqual(
      ["a", "b", "c", "d"].map((label) => ["countersignature_malformed", `${PACK}.${label}.sig`]),
    );
    expect(answer.verify.trust?.met).toBe(true);
  });
  test("names and comments are escaped", () => {
    const cwd = trusted();
    signed(cwd, "--private-key", "alice.ssh", "--comment", "fine\u001b[2J\u202eok");
    const { stdout } = gait(["pack", "verify", PACK, "--trust", "trust.json"], { cwd });
    expect(stdout).toContain("fine\\u001b[2J");
    expect(stdout).not.toMatch(/[\u001b\u202e]/);
  });
  test("a folder of more than 1,000 names is not searched for what is not checked; with --trust it is", () => {
    const cwd = trusted();
    bash("seq 1 1001 | xargs touch", { cwd });
    expect(verify(cwd, PACK).answer.verify.reason).toBe("it is not signed");
    expect(verify(cwd, PACK, "--trust", "trust.json").exit).toBe(0);
  });
  test("the file of another pack whose name is longer is not this one's", () => {
    const cwd = trusted();
    for (const name of [`${PACK}.old.zip.sig`, `x${PACK}.sig`, `${PACK}.sig.bak`, `${PACK}sig`])
      writeFileSync(join(cwd, name), "garbage");
    expect(verify(cwd, PACK, "--trust", "trust.json").exit).toBe(0);
  });
});

test("a file without signatures of its own, vouched for beside it, is not said to have none", () => {
  const cwd = trusted();
  const said = (...words: string[]) => gait([...words, PACK, "--trust", "trust.json", "--at", NOW], { cwd }).stdout;
  expect(said("pack", "verify")).toMatch(
    /^authentic.*\n {2}signatures +none in the file itself\n.*sigs\.jsonl: alice/s,
  );
  expect(said("pack", "inspect")).toMatch(/\n {2}signed +not in the file itself\n/);
  expect(gait(["pack", "verify", PACK], { cwd }).stdout).toMatch(/\n {2}signatures +none\n/);
});

describe("many packs with one trust file", () => {
  test("each by its own files, on any number of threads", () => {
    const cwd = trusted();
    for (let at = 0; at < 40; at += 1) {
      mkdirSync(join(cwd, `d${at}`));
      copyFileSync(vectorPath("packs/pack_run_alpha.zip"), join(cwd, `d${at}`, PACK));
      if (at % 2 === 0) copyFileSync(join(cwd, `${PACK}.sigs.jsonl`), join(cwd, `d${at}`, `${PACK}.sigs.jsonl`));
    }
    const run = (jobs: string) =>
      gait(["pack", "verify", ".", "--recursive", "--trust", "trust.json", "--at", NOW, "--jobs", jobs, "--json"], {
        cwd,
      });
    const [one, four] = [run("1"), run("4")];
    expect(one.stdout).toBe(four.stdout);
    const { summary } = JSON.parse(one.stdout);
    expect([one.exit, summary.authentic, summary.failed]).toEqual([2, 21, 20]);
  });
  test("without a trust file, what lies beside each is named", () => {
    const cwd = trusted();
    const { stdout } = gait(["pack", "verify", ".", "--recursive", "--format", "ndjson"], { cwd });
    expect(stdout).toContain("NOT CHECKED: give --trust");
  });
});

describe("people are named", () => {
  test("the first line says which half failed, and the finding who is missing and why", () => {
    const item = trustItems("scenario").find(({ file }) => file.endsWith("key-ended-no-time"));
    if (item === undefined) throw new Error("no such scenario");
    const cwd = scenario(item);
    const { stderr } = gait(["pack", "verify", PACK, "--trust", "trust.json", "--at", NOW], { cwd });
    expect(stderr).toStartWith(
      `failed  ${PACK}: intact, but not vouched for as TEST ONLY (v1) asks: approver 0 of 1\n`,
    );
    expect(stderr).toContain("approver: 0 of 1; alice: its key counts until 2026-03-15T00:00:00Z");
    expect(stderr).toContain("gait pack timestamp request");
  });
  test("trust show says who has to sign still, and trust check what changed", () => {
    const cwd = scene();
    const keys = ["--signer", `alice=${KEY("alice.ssh.pub")}`, "--signer", `bob=${KEY("bob.ssh.pub")}`];
    gait(["trust", "init", ...keys, "--at-least", "2", "--out", "trust.json"], { cwd });
    signed(cwd, "--private-key", "alice.ssh");
    const shown = gait(["trust", "show", "trust.json", PACK], { cwd });
    expect([shown.exit, shown.stdout]).toEqual([2, expect.stringContaining("approver: 1 of 2 (alice); bob: none")]);
    expect(conforms(JSON.parse(gait(["trust", "show", "trust.json", PACK, "--json"], { cwd }).stdout))).toEqual([]);
    const next = trustText("scenarios/four-eyes/trust.json").replace('"version": 1', '"version": 1');
    writeFileSync(join(cwd, "next.json"), next);
    expect(gait(["trust", "check", "next.json", "--previous", "trust.json"], { cwd })).toMatchObject({
      exit: 6,
      stderr: expect.stringContaining("has to rise"),
    });
    writeFileSync(join(cwd, "next.json"), next.replace('"version": 1', '"version": 2'));
    const checked = gait(["trust", "check", "next.json", "--previous", "trust.json", "--json"], { cwd });
    expect([checked.exit, conforms(JSON.parse(checked.stdout))]).toEqual([0, []]);
  });
  test("trust check says all that is wrong", () => {
    const broken = JSON.parse(trustText("scenarios/four-eyes/trust.json"));
    broken.rules[0].need[0].of.push("nobody");
    broken.rules[0].need[1].at_least = 9;
    writeFileSync(join(folder, "broken.json"), JSON.stringify(broken));
    const { exit, stdout } = gait(["trust", "check", "broken.json", "--json"], { cwd: folder });
    const answer = JSON.parse(stdout);
    expect([exit, answer.faults.length, conforms(answer)]).toEqual([6, 2, []]);
  });
});

test("guard verify, inspect, report and diff take a trust file too", () => {
  const item = trustItems("scenario").find(({ file }) => file.endsWith("guard-one"));
  if (item === undefined) throw new Error("no such scenario");
  const cwd = scenario(item);
  const pack = basename(item.pack ?? "");
  const run = (...args: string[]) => gait([...args, "--trust", "trust.json"], { cwd });
  const verified = run("guard", "verify", pack, "--json");
  expect([verified.exit, conforms(JSON.parse(verified.stdout))]).toEqual([0, []]);
  expect(run("guard", "verify", pack).stdout).toContain("alice as approver");
  const first = "vouched for as TEST ONLY (v1) asks: approver alice";
  for (const args of [
    ["pack", "inspect", pack],
    ["pack", "report", pack, "--out", "r.html"],
    ["pack", "diff", pack, pack],
  ]) {
    const { exit, stdout } = run(...args);
    expect([args, exit, stdout.includes(first)]).toEqual([args, 0, true]);
  }
  expect(gait(["guard", "verify", pack], { cwd }).stdout).toContain("NOT CHECKED: give --trust");
});

test("a trust file is a file like any other: a byte order mark, a folder, nothing", () => {
  const cwd = trusted();
  writeFileSync(
    join(cwd, "bom.json"),
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), trustBytes("scenarios/four-eyes/trust.json")]),
  );
  writeFileSync(join(cwd, "empty.json"), "");
  for (const name of ["bom.json", "empty.json", "."])
    expect([name, verify(cwd, PACK, "--trust", name).exit]).toEqual([name, 6]);
});
