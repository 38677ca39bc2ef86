/** `gait run session` and `gait verify session-chain`, by the executable: the steps of the index in order, and what is refused. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyPath, LATER, laterItems, wordsOf } from "../../go-vectors.ts";
import { gait } from "../gait.ts";

const folder = mkdtempSync(join(tmpdir(), "gait-sessions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let cwd = folder;
let made = 0;
beforeEach(() => {
  made += 1;
  cwd = join(folder, `${made}`);
  mkdirSync(cwd);
});

const session = (verb: string, ...words: string[]) => answer("run", "session", verb, "--journal", "s.jsonl", ...words);
function answer(...words: string[]) {
  const { exit, stdout } = gait([...words, "--json"], { cwd });
  return { exit, ...(JSON.parse(stdout) as Record<string, unknown>) };
}
const start = () => session("start", "--session-id", "s", "--run-id", "run_s");
const append = (verdict = "allow", ...words: string[]) =>
  session("append", "--tool", "t", "--verdict", verdict, ...words);
const checkpoint = (out: string, ...words: string[]) => session("checkpoint", "--out", out, ...words);
const verify = (...words: string[]) => answer("verify", "session-chain", "--chain", "s_chain.json", ...words);
const codes = ({ findings }: Record<string, unknown>) => (findings as { code: string }[]).map(({ code }) => code);

/** Two checkpoints of two events each, and one event more. */
function twoCheckpoints(): void {
  start();
  for (const out of ["cp1.zip", "cp2.zip"]) {
    append();
    append("block", "--reason-codes", "b,a,a", "--violations", "v");
    expect(checkpoint(out).exit).toBe(0);
  }
  append();
}

/** What no clock and no digest of a time is in. */
function steady(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(steady);
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return "digest";
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !/_at$|^producer_version$|^bytes_/.test(name));
  return Object.fromEntries(kept.map(([name, each]) => [name, steady(each)]));
}

test("the steps of the index exit and answer in their order as they did there", () => {
  const steps = laterItems(({ kind }) => kind === "session" || kind === "session-compact");
  expect(steps.length).toBe(12);
  for (const step of steps) {
    const { exit, stdout } = gait(wordsOf(step, ["--journal"]), { cwd });
    expect([step.command, exit]).toEqual([step.command, step.expected_exit]);
    const { event, checkpoint, status, compaction } = (step as unknown as { stdout: Record<string, unknown> }).stdout;
    const theirs = Object.fromEntries(
      Object.entries({ event, checkpoint, status, compaction }).filter(([, part]) => part),
    );
    expect(steady(JSON.parse(stdout))).toMatchObject(steady(theirs) as object);
  }
  for (const name of [
    "s.jsonl",
    "s.jsonl.state.json",
    "cp1.zip",
    "cp2.zip",
    "chain.json",
    "s_chain.json",
    "compacted.jsonl",
  ])
    expect(existsSync(join(cwd, "session", name))).toBe(true);
  expect(answer("verify", "session-chain", "--chain", "session/chain.json").exit).toBe(0);
  expect(gait(["verify", "session/cp1.zip"], { cwd }).exit).toBe(0);
});

test("a journal that was begun there goes on here", () => {
  copyFileSync(join(LATER, "session/s.jsonl"), join(cwd, "s.jsonl"));
  expect(start()).toMatchObject({ exit: 6, error: expect.stringContaining("sess_s") });
  expect(append()).toMatchObject({ exit: 0, event: { sequence: 6, session_id: "sess_s" } });
  expect(checkpoint("cp3.zip")).toMatchObject({
    exit: 0,
    checkpoint: { checkpoint_index: 3, sequence_start: 5, sequence_end: 6 },
  });
  expect(session("compact")).toMatchObject({ exit: 0, compaction: { events_after: 0, checkpoints: 3 } });
  expect(append()).toMatchObject({ exit: 0, event: { sequence: 7 } });
});

describe("gait run session", () => {
  test("start is the same again, and refuses other ids, a blank one, and one that no runpack can have", () => {
    expect(start()).toMatchObject({ exit: 0, status: { event_count: 0 } });
    const before = readFileSync(join(cwd, "s.jsonl"), "utf8");
    expect(start().exit).toBe(0);
    expect(readFileSync(join(cwd, "s.jsonl"), "utf8")).toBe(before);
    expect(session("start", "--session-id", "s", "--run-id", "other").exit).toBe(6);
    expect(session("start", "--session-id", " ", "--run-id", "run_s")).toMatchObject({
      exit: 6,
      error: "--session-id is missing",
    });
    expect(session("start", "--session-id", "s", "--run-id", "a/b").exit).toBe(6);
  });

  test("append needs a session, a tool and a verdict, and makes nothing without them", () => {
    expect(append()).toMatchObject({ exit: 6, error_code: "invalid_input" });
    expect(readdirSync(cwd)).toEqual([]);
    start();
    expect(session("append", "--verdict", "allow").exit).toBe(6);
    expect(append("maybe").exit).toBe(6);
    expect(append("allow", "--intent-digest", "abc")).toMatchObject({
      exit: 0,
      warnings: [expect.stringContaining("--intent-digest")],
    });
  });

  test("a folder that can't be written leaves nothing", () => {
    if (process.getuid?.() === 0) return;
    mkdirSync(join(cwd, "ro"));
    chmodSync(join(cwd, "ro"), 0o555);
    const { exit } = answer("run", "session", "start", "--journal", "ro/s.jsonl", "--session-id", "s", "--run-id", "r");
    expect([exit, readdirSync(join(cwd, "ro"))]).toEqual([6, []]);
  });

  test("checkpoint replaces no runpack, no other file with its chain, and makes none of nothing", () => {
    start();
    expect(checkpoint("cp1.zip")).toMatchObject({ exit: 6, error: expect.stringContaining("no event since") });
    append();
    writeFileSync(join(cwd, "cp1.zip"), "mine");
    expect(checkpoint("cp1.zip").exit).toBe(6);
    writeFileSync(join(cwd, "s_chain.json"), "mine too");
    expect(checkpoint("cp2.zip")).toMatchObject({
      exit: 6,
      error: expect.stringContaining("no chain of this session"),
    });
    for (const same of ["s.jsonl", "s.jsonl.state.json", "s_chain.json"]) expect(checkpoint(same).exit).toBe(6);
    expect(readdirSync(cwd).sort()).toEqual(["cp1.zip", "s.jsonl", "s.jsonl.state.json", "s_chain.json"]);
    expect(checkpoint("cp1.zip", "--force").exit).toBe(0);
    expect(verify().exit).toBe(0);
    expect(checkpoint("cp2.zip").exit).toBe(6);
  });

  test("checkpoint writes the chain that a call that was stopped left out", () => {
    start();
    append();
    const before = readFileSync(join(cwd, "s.jsonl.state.json"));
    checkpoint("cp1.zip");
    rmSync(join(cwd, "s_chain.json"));
    writeFileSync(join(cwd, "s.jsonl.state.json"), before);
    expect(checkpoint("cp2.zip")).toMatchObject({
      exit: 0,
      checkpoint: { checkpoint_index: 1 },
      warnings: [expect.stringContaining("stopped")],
    });
    expect([verify().exit, existsSync(join(cwd, "cp2.zip"))]).toEqual([0, false]);
    expect(checkpoint("cp2.zip").exit).toBe(6);
  });

  test("compact drops what is in checkpoints, in its place or beside; --dry-run only says so", () => {
    twoCheckpoints();
    const before = readFileSync(join(cwd, "s.jsonl"), "utf8");
    const said = session("compact", "--dry-run");
    expect(said).toMatchObject({ exit: 0, compaction: { dry_run: true, events_before: 5, events_after: 1 } });
    expect(readFileSync(join(cwd, "s.jsonl"), "utf8")).toBe(before);
    writeFileSync(join(cwd, "c.jsonl"), "mine");
    expect(session("compact", "--out", "c.jsonl").exit).toBe(6);
    expect(session("compact", "--out", "d.jsonl").exit).toBe(0);
    expect(session("compact").exit).toBe(0);
    expect(readFileSync(join(cwd, "s.jsonl"), "utf8")).toBe(readFileSync(join(cwd, "d.jsonl"), "utf8"));
    expect(session("status")).toMatchObject({
      exit: 0,
      status: { event_count: 1, last_sequence: 5, checkpoint_count: 2 },
    });
    expect(append()).toMatchObject({ event: { sequence: 6 } });
    expect(checkpoint("cp3.zip")).toMatchObject({ exit: 0, checkpoint: { sequence_start: 5, sequence_end: 6 } });
    expect(verify()).toMatchObject({ exit: 0, checkpoints_checked: 3 });
  });

  test("every command names the line that was changed", () => {
    twoCheckpoints();
    const text = readFileSync(join(cwd, "s.jsonl"), "utf8");
    writeFileSync(join(cwd, "s.jsonl"), text.replace('"sequence":2', '"sequence":9'));
    for (const refused of [start(), append(), session("status"), checkpoint("cp9.zip"), session("compact")])
      expect(refused).toMatchObject({ exit: 6, error: expect.stringContaining("line 3 is the event 9") });
    expect(existsSync(join(cwd, "cp9.zip"))).toBe(false);
  });
});

describe("gait verify session-chain", () => {
  const chain = () => readFileSync(join(cwd, "s_chain.json"), "utf8");
  const changeChain = (from: string | RegExp, to: string) =>
    writeFileSync(join(cwd, "s_chain.json"), chain().replace(from, to));

  test("verifies links and runpacks, and signatures with a key", () => {
    start();
    append();
    expect(checkpoint("cp1.zip", "--private-key", keyPath("test", "private"))).toMatchObject({ exit: 0 });
    expect(verify()).toMatchObject({
      exit: 0,
      checkpoints: [{ ok: true, verify: { verdict: "intact" } }],
      findings: [],
    });
    const signed = ["--require-signature", "--public-key", keyPath("test", "public")];
    expect(verify(...signed)).toMatchObject({ exit: 0, checkpoints: [{ verify: { verdict: "authentic" } }] });
    append();
    expect(checkpoint("cp2.zip").exit).toBe(0);
    expect(verify(...signed)).toMatchObject({ exit: 2, checkpoints: [{ ok: true }, { ok: false }] });
  });

  test("names what is wrong", () => {
    twoCheckpoints();
    const whole = chain();
    expect(verify()).toMatchObject({ exit: 0, checkpoints_checked: 2 });
    changeChain(/"checkpoint_digest": "....../, '"checkpoint_digest": "000000');
    expect(codes(verify())).toContain("session_link_broken");
    writeFileSync(join(cwd, "s_chain.json"), whole);
    changeChain('"runpack_path": "cp1.zip"', '"runpack_path": "cp2.zip"');
    expect(verify()).toMatchObject({ exit: 2, checkpoints: [{ ok: false }, { ok: true }] });
    expect(codes(verify())).toEqual(["session_runpack_mismatch", "session_runpack_mismatch"]);
    changeChain('"runpack_path": "cp2.zip"', '"runpack_path": "none.zip"');
    expect(codes(verify())).toEqual(["session_runpack_missing"]);
    changeChain('"runpack_path": "none.zip"', '"runpack_path": "s.jsonl"');
    expect(codes(verify())).toEqual(["session_runpack_missing"]);
    writeFileSync(join(cwd, "s_chain.json"), whole);
    const runpack = readFileSync(join(cwd, "cp1.zip"));
    runpack[200] = (runpack[200] ?? 0) ^ 1;
    writeFileSync(join(cwd, "cp1.zip"), runpack);
    expect(verify()).toMatchObject({
      exit: 2,
      checkpoints: [{ ok: false, verify: { verdict: "failed" } }, { ok: true }],
    });
  });

  test("refuses what is no chain, and a call without one", () => {
    writeFileSync(join(cwd, "s_chain.json"), "{}");
    expect(verify().exit).toBe(6);
    rmSync(join(cwd, "s_chain.json"));
    expect(verify().exit).toBe(6);
    expect(answer("verify", "session-chain")).toMatchObject({ exit: 6, error: "the chain is missing" });
  });
});

describe("a chain in the place of a run", () => {
  const chain = () => readFileSync(join(cwd, "s_chain.json"), "utf8");

  test("gait run inspect shows its checkpoints, and nothing of one that does not verify", () => {
    twoCheckpoints();
    expect(answer("run", "inspect", "--from", "s_chain.json")).toMatchObject({
      exit: 0,
      artifact_type: "session_chain",
      verified: true,
      checkpoint_count: 2,
      checkpoints: [{ checkpoint_index: 1, sequence_end: 2, runpack_path: "cp1.zip" }, { sequence_start: 3 }],
    });
    expect(gait(["run", "inspect", "s_chain.json"], { cwd }).stdout).toContain("events 3 to 4: cp2.zip");
    rmSync(join(cwd, "cp1.zip"));
    const bad = answer("run", "inspect", "--from", "s_chain.json");
    expect(bad).toMatchObject({ exit: 2, ok: false, error_code: "verification_failed" });
    expect([codes(bad), "checkpoints" in bad]).toEqual([["session_runpack_missing"], false]);
    expect(answer("run", "inspect", "none.json").exit).toBe(6);
  });

  test("gait pack build packs its last checkpoint, where all of it verifies", () => {
    twoCheckpoints();
    expect(answer("pack", "build", "--from", "s_chain.json", "--out", "p.zip")).toMatchObject({
      exit: 0,
      pack_type: "run",
      source_ref: "run_s_cp_0002",
    });
    expect(answer("pack", "verify", "p.zip").exit).toBe(0);
    expect(answer("pack", "inspect", "p.zip").exit).toBe(0);
    const whole = chain();
    writeFileSync(join(cwd, "s_chain.json"), whole.replace('"sequence_start": 3', '"sequence_start": 2'));
    const bad = answer("pack", "build", "--from", "s_chain.json", "--out", "q.zip");
    expect([bad.exit, codes(bad).includes("session_link_broken"), existsSync(join(cwd, "q.zip"))]).toEqual([
      2,
      true,
      false,
    ]);
    writeFileSync(join(cwd, "s_chain.json"), whole);
    const runpack = readFileSync(join(cwd, "cp1.zip"));
    runpack[200] = (runpack[200] ?? 0) ^ 1;
    writeFileSync(join(cwd, "cp1.zip"), runpack);
    expect(answer("pack", "build", "--from", "s_chain.json", "--out", "q.zip").exit).toBe(2);
    expect(existsSync(join(cwd, "q.zip"))).toBe(false);
  });
});
