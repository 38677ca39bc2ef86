/** Slips of somebody new: the answer says what to type instead, or takes it as it was meant. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gait, type Ran } from "../gait.ts";

const folder = mkdtempSync(join(tmpdir(), "gait-newcomer-"));
/** Words of a line without quotes. */
const run = (line: string): Ran => gait(line.split(" "), { cwd: folder });

beforeAll(() => {
  expect(run("demo").exit).toBe(0);
  expect(run("job submit --id deploy").exit).toBe(0);
  expect(run("job pause --id deploy --actor kim --reason lunch").exit).toBe(0);
  expect(run("job submit --id asked").exit).toBe(0);
  expect(run("job checkpoint add --id asked --type decision-needed --summary go? --required-action choose").exit).toBe(
    0,
  );
  expect(run("job reject --id asked --actor dana --reason late").exit).toBe(0);
  expect(run("pack build --type job --from asked --out asked.zip").exit).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the first page of help", () => {
  test("has commands to begin with, and they work", () => {
    const { stdout } = gait([]);
    const begin = stdout.slice(stdout.indexOf("To begin with:\n"), stdout.indexOf("\nMore:"));
    expect(begin.match(/^ {2}gait .*$/gm)).toHaveLength(4);
    for (const line of ["demo", "run inspect run_demo"]) {
      expect(begin).toContain(`  gait ${line} `);
      expect(run(line).exit).toBe(0);
    }
  });
});

describe("a job", () => {
  for (const id of [
    ...["gait-out/jobs/deploy", "./gait-out/jobs/deploy/", "deploy"],
    ...["gait-out/jobs/deploy/state.json", "gait-out/jobs/deploy/events.jsonl"],
  ]) {
    test(`is named by ${id}`, () => {
      expect(run(`job status --id ${id}`)).toMatchObject({ exit: 0, stdout: run("job status --id deploy").stdout });
      expect(run(`job inspect --id ${id}`).exit).toBe(0);
    });
  }
  test("that was answered by no, and by yes after all, says both", () => {
    for (const line of [
      "job submit --id twice",
      "job checkpoint add --id twice --type decision-needed --summary go? --required-action choose",
      ...["job reject --id twice --actor dana --reason late", "job reject --id twice --actor kim"],
    ])
      expect([line, run(line).exit]).toEqual([line, 0]);
    expect(run("job status --id twice").stdout).toMatch(/^ {2}rejections +2, by dana, kim$/m);
    expect(run("job approve --id twice --actor boss --reason ok").exit).toBe(0);
    const { stdout } = run("job status --id twice");
    expect(stdout).toMatch(/^ {2}approvals +1, by boss$/m);
    expect(stdout).toMatch(/^ {2}rejections +2, by dana, kim$/m);
    expect(run("job status --id deploy").stdout).not.toContain("rejections");
  });
  test("named by a path, and by --root too, is refused", () => {
    const { exit, stderr } = run("job status --id gait-out/jobs/deploy --root elsewhere");
    expect([exit, stderr]).toEqual([6, expect.stringContaining("Give the path alone, or the job's id with --root.")]);
  });
  test("is not submitted at a path", () => {
    const { exit, stderr } = run("job submit --id ../deploy2");
    expect([exit, stderr]).toEqual([6, expect.stringContaining('the job id is "../deploy2"')]);
  });
  test("is named without the flag", () => {
    for (const id of ["deploy", "gait-out/jobs/deploy"]) {
      expect(run(`job status ${id}`)).toMatchObject({ exit: 0, stdout: run("job status --id deploy").stdout });
    }
    expect(run("job status deploy asked").stderr).toContain('"asked" is one argument too many');
    expect(run("job status --id deploy asked").stderr).toContain("Put it in quotes");
  });
  test("status says who did the last thing and why", () => {
    expect(run("job status --id deploy").stdout).toContain('  last event   paused by kim, "lunch"\n');
    expect(run("job status --id asked").stdout).toContain("  last event   rejected cp_0001 by dana, cp_0002");
  });
  test("a decision that was refused is not shown as one that nobody answered", () => {
    const { stdout } = run("pack inspect asked.zip");
    expect(stdout).toContain("to decide    cp_0001: choose (rejected by dana)\n");
    expect(stdout).toContain("1 decision asked, 0 open, 1 rejected\n");
    expect(run("pack report asked.zip --out asked.html").exit).toBe(0);
    const page = readFileSync(join(folder, "asked.html"), "utf8");
    expect([page.includes("One decision was rejected."), page.includes("still open")]).toEqual([true, false]);
  });
  test("a job that waits after a refusal: how it is ended is said; once it is over, nobody is asked any more", () => {
    run("job submit --id ended");
    run("job checkpoint add --id ended --type decision-needed --summary Deploy? --required-action choose");
    const waiting = run("job resume --id ended").stderr;
    expect(waiting).toContain("Approve it first, with gait job approve (gait job reject says no)");
    expect(waiting).not.toContain("job cancel");
    run("job reject --id ended --actor dana --reason freeze");
    const { exit, stderr } = run("job resume --id ended");
    expect([exit, stderr]).toEqual([4, expect.stringContaining("If the answer was no, gait job cancel ends the job.")]);
    run("job cancel --id ended --actor dana --reason freeze");
    expect(run("job status --id ended").stdout).toMatch(/^ {2}not approved +cp_0001: choose$/m);
    run("pack build --type job --from ended --out ended.zip");
    const { stdout } = run("pack inspect ended.zip");
    expect(stdout).toMatch(/^ {2}not approved +cp_0001: choose \(rejected by dana\)$/m);
    expect(stdout).not.toMatch(/^ {2}to decide/m);
  });
  test("packed without its type: the hint is the command that packs it", () => {
    const { exit, stderr } = run("pack build --from asked");
    expect([exit, stderr]).toEqual([6, expect.stringContaining("gait pack build --type job --from asked\n")]);
    expect(run("pack build --from nobody").stderr).toContain("Give the path of the runpack");
  });
});

describe("one call of a run", () => {
  test("is shown in full by run inspect as by pack inspect, in text and in JSON", () => {
    const pack = run("pack inspect gait-out/runpack_run_demo.zip --intent intent_1");
    const { exit, stdout } = run("run inspect run_demo --intent intent_1");
    expect([exit, pack.exit]).toEqual([0, 0]);
    const part = (text: string): string => text.slice(text.indexOf("\ncall intent_1"));
    expect(part(stdout)).toBe(part(pack.stdout));
    expect(stdout).not.toContain("timeline");
    const { call } = JSON.parse(run("run inspect run_demo --intent intent_1 --json").stdout);
    expect(call).toEqual(JSON.parse(run("pack inspect run_demo --intent intent_1 --json").stdout).call);
    expect(call).toMatchObject({ intent_id: "intent_1" });
  });
  test("that it does not have: exit 6, and the first that it has", () => {
    const { exit, stderr } = run("run inspect run_demo --intent intent_9");
    expect([exit, stderr]).toEqual([6, expect.stringContaining('the first is "intent_1"')]);
  });
  test("asked by its number in the timeline: the hint is its id", () => {
    const { exit, stderr } = run("run inspect run_demo --intent 2");
    expect([exit, stderr]).toEqual([6, expect.stringContaining('Call 2 of the run has the id "intent_2": give that.')]);
    expect(run("run inspect run_demo --intent 99").stderr).toContain('the first is "intent_1"');
  });
});

test("an exit is explained as one says it", () => {
  expect(gait(["explain", "exit code 2"]).stdout).toBe(gait(["explain", "exit-2"]).stdout);
});

describe("a hint leads on", () => {
  const CASES: readonly (readonly [line: string, says: string])[] = [
    ["job submit", "Choose the new job's id"],
    ["job status", "`gait job list` shows them."],
    ["job submit --id a/b", "and that can't be one\n  hint: It has 1 to 128 of the characters"],
    ["job checkpoint add --id deploy --type decision-needed --summary go?", "--required-action TEXT"],
    ["run import nothing", "There is no file in the folder, nor in its subfolders."],
    ["run import nothing --since 7d", "no file that is new enough"],
    ["run import record.json", "`gait run record --input FILE` makes a runpack of it."],
    ["run import other.json", "Formats: "],
    ["run receipt packed.zip", "Give the runpack or the run's id"],
    ["run reduce run_demo", "--predicate non_ok_status"],
    ["regress run", "gait regress init --from ID|FILE"],
    ["regress run --config none.yaml", "Check the path."],
    ["pack verify empty.zip", "It is empty: copy it again."],
    ["pack verify packed.zip --public-key packed.zip", "It looks like a ZIP archive: give the file of the key."],
    ["pack query asked.zip tool=a", "it is about a job"],
    ["pack verify packed.zip --trust key.pub", "`gait trust init` makes one of public keys"],
    ["trust init --signer a=key.pub --at-least 2 --out t.json", "asks for more persons than --signer names"],
    ["trust init --signer a=key.pub --signer b=key.pub --out t.json", "have the same key"],
    ["collection verify packed.zip", "`gait collection prove`"],
    ["collection verify packed.zip --log-vkey log.vkey", '"$(cat FILE)"'],
  ];
  beforeAll(() => {
    mkdirSync(join(folder, "nothing"));
    expect(run("pack build --from run_demo --out packed.zip").exit).toBe(0);
    expect(run("keys init --out-dir keys").exit).toBe(0);
    copyFileSync(join(folder, "keys/gait_public.key"), join(folder, "key.pub"));
    writeFileSync(join(folder, "record.json"), '{"run":{"run_id":"r"},"intents":[]}');
    writeFileSync(join(folder, "other.json"), '{"runs":1}');
    writeFileSync(join(folder, "empty.zip"), "");
  });
  test.each(CASES)("gait %s", (line, says) => {
    const { exit, stdout, stderr } = run(line);
    expect([exit, stdout, stderr]).toEqual([6, "", expect.stringContaining(says)]);
    expect(existsSync(join(folder, "t.json"))).toBeFalse();
  });
  test("to a flag that takes words, where the command takes no argument", () => {
    const { exit, stderr } = gait(["catalog", "query", "select 1"], { cwd: folder });
    expect([exit, stderr]).toEqual([6, expect.stringContaining("The command takes flags alone")]);
  });
});

describe("the id of a run where a file is asked for", () => {
  for (const line of ["pack verify run_demo", "guard verify run_demo", "pack normalize run_demo --out x.zip"]) {
    test(`gait ${line}: the hint is the file`, () => {
      const { exit, stderr } = run(line);
      expect([exit, stderr]).toEqual([6, expect.stringContaining("gait-out/runpack_run_demo.zip\n")]);
    });
  }
  test("that nobody recorded: the usual hint", () => {
    expect(run("pack verify run_other").stderr).toContain("hint: Check the path.");
  });
});
