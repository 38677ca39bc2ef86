/** `gait trace verify`, `gait verify chain`, and the traces that an evidence pack takes, by the executable. */
import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyPath, LATER, vectorPath } from "../../go-vectors.ts";
import { gait } from "../gait.ts";

const cwd = mkdtempSync(join(tmpdir(), "gait-traces-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const KEY = ["--public-key", keyPath("test", "public")];
const trace = (name: string) => join(LATER, `trace/${name}.json`);
const RUN = vectorPath("runpacks/runpack_run_alpha.zip");

function answer(words: readonly string[], env?: Record<string, string>) {
  const { exit, stdout } = gait([...words, "--json"], { cwd, ...(env === undefined ? {} : { env }) });
  return { exit, ...(JSON.parse(stdout) as Record<string, unknown>) };
}

describe("gait trace verify", () => {
  test("says whose decision it is", () => {
    expect(answer(["trace", "verify", trace("trace_push"), ...KEY])).toMatchObject({
      exit: 0,
      ok: true,
      trace_id: "0dffab12bde88cbc77437441",
      verdict: "block",
      signature_status: "verified",
      findings: [],
    });
    expect(gait(["trace", "verify", trace("trace_push"), ...KEY], { cwd }).stdout).toContain("decision     block");
  });

  test("shows nothing of a bad one as if it were so", () => {
    const { exit, stdout, stderr } = gait(["trace", "verify", trace("bad_verdict"), ...KEY], { cwd });
    expect([exit, stdout, stderr.includes("decision")]).toEqual([2, "", false]);
  });

  test("takes a key from a variable, and the public half of a private one", () => {
    const key = readFileSync(keyPath("test", "public"), "utf8").trim();
    expect(answer(["trace", "verify", trace("trace_read"), "--public-key-env", "K"], { K: key }).exit).toBe(0);
    expect(answer(["trace", "verify", trace("trace_read"), "--private-key", keyPath("test", "private")]).exit).toBe(0);
  });

  test("refuses a call without a key, with two kinds of key, and a file that is no trace", () => {
    writeFileSync(join(cwd, "empty.json"), "");
    writeFileSync(join(cwd, "list.json"), "[]");
    for (const words of [
      [trace("trace_read")],
      [trace("trace_read"), ...KEY, "--private-key", keyPath("test", "private")],
      ["none.json", ...KEY],
      ["empty.json", ...KEY],
      ["list.json", ...KEY],
      [".", ...KEY],
    ]) {
      expect(answer(["trace", "verify", ...words])).toMatchObject({ exit: 6, ok: false, error_code: "invalid_input" });
    }
  });
});

describe("gait verify chain", () => {
  test("a run, its trace and its packs belong together", () => {
    expect(gait(["guard", "pack", "--run", RUN, "--out", "evidence.zip"], { cwd }).exit).toBe(0);
    expect(gait(["pack", "build", "--from", RUN, "--out", "run.zip"], { cwd }).exit).toBe(0);
    for (const pack of ["evidence.zip", "run.zip"]) {
      expect(
        answer(["verify", "chain", "--run", RUN, "--trace", trace("trace_read"), "--pack", pack, ...KEY]),
      ).toMatchObject({ exit: 0, ok: true, findings: [], run: { ok: true }, trace: { ok: true }, pack: { ok: true } });
    }
    expect(answer(["verify", "chain", "--run", "run.zip"])).toMatchObject({ exit: 0, run: { ok: true } });
  });

  test("what is of another run does not belong to it", () => {
    const other = join(LATER, "session/cp1.zip");
    const found = answer([
      ...["verify", "chain", "--run", other, "--trace", trace("trace_read"), "--pack", "evidence.zip", ...KEY],
    ]);
    expect(found).toMatchObject({
      exit: 2,
      ok: false,
      run: { ok: true },
      trace: { ok: true },
      pack: { ok: true },
      findings: [
        { code: "chain_run_mismatch", actual: "run_alpha" },
        { code: "chain_run_mismatch", actual: "run_alpha" },
      ],
    });
  });

  test("one bad part is enough, and what it says of itself is compared with nothing", () => {
    const bad = join(LATER, "context/tampered_alpha_payload_digest.zip");
    expect(answer(["verify", "chain", "--run", RUN, "--pack", bad])).toMatchObject({
      exit: 2,
      run: { ok: true },
      pack: { ok: false },
      findings: [],
    });
    expect(answer(["verify", "chain", "--run", RUN, "--trace", trace("bad_extra"), ...KEY])).toMatchObject({
      exit: 2,
      trace: { ok: false },
      findings: [],
    });
    expect(answer(["verify", "chain", "--run", RUN, "--require-signature", ...KEY])).toMatchObject({
      exit: 2,
      run: { ok: false },
    });
  });

  test("needs a run, a key for a trace, and artifacts of a run", () => {
    const job = join(LATER, "jobs/pack_job_plain.zip");
    for (const words of [
      [],
      ["--run", RUN, "--trace", trace("trace_read")],
      ["--run", RUN, "--pack", job],
      ["--run", job],
      ["--run", "no_such_run"],
    ]) {
      expect(answer(["verify", "chain", ...words])).toMatchObject({ exit: 6, ok: false });
    }
  });
});

describe("gait guard pack", () => {
  test("takes a signed trace that is what was signed", () => {
    const words = ["guard", "pack", "--run", RUN, "--trace", trace("trace_read")];
    expect(answer([...words, "--out", "signed.zip"])).toMatchObject({ exit: 0, trace_count: 1 });
    expect(answer([...words, ...KEY, "--out", "signed.zip"])).toMatchObject({ exit: 0, trace_count: 1 });
  });

  test("refuses a named one that is not, and writes nothing", () => {
    const words = ["guard", "pack", "--run", RUN, "--out", "none.zip", "--trace"];
    expect(answer([...words, trace("bad_verdict")])).toMatchObject({
      exit: 2,
      findings: [{ code: "signature_invalid" }],
    });
    // Without a key nobody can know whose it is, or that it was signed.
    expect(answer([...words, trace("bad_sig")]).exit).toBe(0);
    rmSync(join(cwd, "none.zip"));
    expect(answer([...words, `${trace("bad_sig")},${trace("bad_nosig")}`, ...KEY])).toMatchObject({
      exit: 2,
      findings: [{ code: "signature_invalid" }, { code: "signature_missing" }],
    });
    expect(answer([...words, trace("trace_read"), "--public-key", keyPath("other", "public")]).exit).toBe(2);
    expect(answer(["pack", "verify", "none.zip"]).exit).toBe(6);
  });

  test("leaves out a found one that is not, and says so", () => {
    copyFileSync(RUN, join(cwd, "runpack_run_alpha.zip"));
    copyFileSync(trace("trace_read"), join(cwd, "trace_good.json"));
    copyFileSync(trace("bad_verdict"), join(cwd, "trace_bad.json"));
    const words = ["guard", "pack", "--run", "./runpack_run_alpha.zip", "--window", "200h", "--out", "window.zip"];
    expect(answer(words)).toMatchObject({
      exit: 0,
      trace_count: 1,
      warnings: expect.arrayContaining([expect.stringMatching(/trace_bad\.json: left out: signed_digest/)]),
    });
  });
});
