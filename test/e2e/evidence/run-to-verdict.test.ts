/** From a record to a verdict with the executable: the vectors, the same bytes everywhere, whole files. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VECTORS } from "../../generators/hostile/table.ts";
import { keyPath, vectorPath, vectors } from "../../go-vectors.ts";
import { conforms } from "../answers.ts";
import { bash, gait } from "../gait.ts";

const EXAMPLES = join(import.meta.dir, "../../../docs/examples");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-e2e-"));
  for (const name of readdirSync(EXAMPLES)) copyFileSync(join(EXAMPLES, name), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function json(args: readonly string[], cwd = folder) {
  const { exit, stdout, stderr } = gait([...args, "--json"], { cwd });
  const answer = JSON.parse(stdout);
  expect(conforms(answer)).toEqual([]);
  expect(stderr).toBe("");
  return { exit, answer };
}

function sha256(path: string): string {
  return new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
}

describe("artifacts of the Go implementation", () => {
  const KINDS = [
    "runpack-signed",
    "runpack-raw",
    "runpack-raw-signed",
    "runpack-rich",
    "runpack-empty",
    "runpack-nanotime",
  ];
  const PACKS = [
    "pack-run-unsigned",
    "pack-run-signed",
    "pack-run-signed-other-key",
    "pack-run-raw-signed",
    "pack-job-unsigned",
    "pack-job-signed",
    "later-pack-run-context",
    "later-runpack-context",
  ];
  for (const item of vectors(...KINDS, ...PACKS)) {
    const { file, signed_by: signer } = item;
    test(`${file} verifies${signer === undefined ? "" : ", and with the signer's key it is authentic"}`, () => {
      const plain = json(["pack", "verify", vectorPath(file)]);
      expect([plain.exit, plain.answer.verify.verdict]).toEqual([0, "intact"]);
      expect(plain.answer.pack_id).toBe(item.pack_id ?? item.manifest_digest);
      const key = ["--public-key", keyPath(signer ?? "test", "public")];
      const keyed = json(["verify", vectorPath(file), ...key]);
      expect([keyed.exit, keyed.answer.verify.verdict]).toEqual([0, signer === undefined ? "intact" : "authentic"]);
      const strict = json(["pack", "verify", vectorPath(file), ...key, "--profile", "strict"]);
      expect(strict.exit).toBe(signer === undefined ? 2 : 0);
      expect(json(["pack", "inspect", vectorPath(file)]).exit).toBe(0);
    });
  }

  test("a declared file of unknown kind is reported with the verdict", async () => {
    const more = VECTORS.find(({ name }) => name === "pack-unusual-one-more-file-listed");
    writeFileSync(join(folder, "more.zip"), (await more?.bytes()) ?? "");
    const warning = /^(warning: )?notes\/more\.json: an entry of an unknown kind/;
    expect(gait(["pack", "verify", "more.zip"], { cwd: folder })).toMatchObject({
      exit: 0,
      stderr: expect.stringMatching(warning),
    });
    for (const command of ["verify", "inspect"]) {
      const { exit, answer } = json(["pack", command, "more.zip"]);
      expect([exit, answer.warnings]).toEqual([0, [expect.stringMatching(warning)]]);
    }
  });

  for (const { file } of vectors("tampered").filter(({ file }) => !file.includes("/gd_"))) {
    test(`${file} is refused, and every finding has a hint`, () => {
      const { exit, answer } = json(["pack", "verify", vectorPath(file)]);
      expect([exit, answer.ok, answer.verify.verdict]).toEqual([2, false, "failed"]);
      const { stderr, stdout } = gait(["pack", "verify", vectorPath(file)]);
      expect(stdout).toBe("");
      for (const { code } of answer.verify.findings) expect(stderr).toContain(code);
      expect(stderr).toContain("hint ");
      expect(json(["pack", "inspect", vectorPath(file)]).exit).toBe(2);
      expect(json(["pack", "inspect", vectorPath(file), "--force"]).exit).toBe(2);
      expect(json(["pack", "diff", vectorPath(file), vectorPath("packs/pack_run_alpha.zip")]).exit).toBe(2);
    });
  }

  for (const { file, left = "", right = "", exit = 0, stdout } of vectors("pack-diff") as unknown as {
    file: string;
    left: string;
    right: string;
    exit: number;
    stdout: { diff: { Result: object } };
  }[]) {
    test(`${file}: the same comparison, in the answer and as a file`, () => {
      const output = join(folder, file.replace("/", "-"));
      const { exit: own, answer } = json(["pack", "diff", vectorPath(left), vectorPath(right), "--output", output]);
      expect(own).toBe(exit);
      expect(answer.diff).toEqual(stdout.diff.Result);
      expect(JSON.parse(readFileSync(output, "utf8"))).toEqual(stdout.diff.Result);
    });
  }

  test("run inspect of a rich runpack shows what the Go implementation showed", () => {
    const { answer } = json(["run", "inspect", vectorPath("runpacks/runpack_run_delta.zip")]);
    const { entries, unmatched_results, intents_total, results_total } = JSON.parse(
      readFileSync(vectorPath("inspect/run_inspect_delta.json"), "utf8"),
    );
    expect(answer).toMatchObject({ entries, unmatched_results, intents_total, results_total });
  });

  test("pack inspect of a rich pack shows what the Go implementation showed", () => {
    const { answer } = json(["pack", "inspect", vectorPath("packs/pack_run_delta_signed.zip")]);
    const { inspect } = JSON.parse(readFileSync(vectorPath("inspect/pack_run_delta_signed.json"), "utf8"));
    expect(answer.inspect).toMatchObject(inspect);
  });
});

describe("the same input gives the same bytes", () => {
  // The pack contains this program's version: a new version gives a new golden pack, never new runpack bytes.
  const GOLDEN_RUNPACK = "4160f3956bccef3cbdd3c05cfabcf6da8747448ad6278f3128c0d6fee8e38745";

  function recordAndBuild(cwd: string, script: string, env: Record<string, string> = {}): string[] {
    mkdirSync(cwd, { recursive: true });
    for (const name of readdirSync(EXAMPLES)) copyFileSync(join(EXAMPLES, name), join(cwd, name));
    const key = keyPath("test", "private");
    const { exit, stderr } = bash(
      `${script} "$GAIT" pack build --from run_fix_rounding --out signed.zip --private-key "${key}" && "$GAIT" pack build --from run_fix_rounding --out unsigned.zip`,
      { cwd, env },
    );
    expect([exit, stderr.replace(/^(warning|bash: warning).*\n/gm, "").trim()]).toEqual([0, ""]);
    return ["gait-out/runpack_run_fix_rounding.zip", "signed.zip", "unsigned.zip"].map((name) =>
      sha256(join(cwd, name)),
    );
  }
  const FROM_FILE = '"$GAIT" run record --input run.json --capture-mode raw;';
  const FROM_STREAM = 'cat run.json | "$GAIT" run record --input - --capture-mode raw;';
  const PLACES: readonly (readonly [string, string, Record<string, string>])[] = [
    ["another folder", FROM_FILE, {}],
    ["from a stream", FROM_STREAM, {}],
    ["a time zone east of Greenwich", FROM_FILE, { TZ: "Asia/Kolkata" }],
    ["a time zone west of Greenwich", FROM_FILE, { TZ: "America/St_Johns" }],
    ["a Turkish locale", FROM_FILE, { LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" }],
    ["an open umask", `umask 000; ${FROM_FILE}`, {}],
    ["a closed umask", `umask 077; ${FROM_STREAM}`, {}],
  ];
  test("in seven environments", () => {
    const first = recordAndBuild(join(folder, "place"), FROM_FILE);
    expect(first[0]).toBe(GOLDEN_RUNPACK);
    expect(first[1]).not.toBe(first[2] ?? "");
    for (const [index, [name, script, env]] of PLACES.entries()) {
      expect([name, ...recordAndBuild(join(folder, `place ${index}`), script, env)]).toEqual([name, ...first]);
    }
  });
});

describe("files appear whole or not at all", () => {
  test("an existing file with different bytes is replaced only with --force", () => {
    const args = ["run", "record", "--input", "run.json", "--out-dir", "twice"];
    expect(json(args).exit).toBe(0);
    expect(json(args).exit).toBe(0);
    const path = join(folder, "twice/runpack_run_fix_rounding.zip");
    const before = sha256(path);
    const other = json([...args, "--capture-mode", "raw"]);
    expect([other.exit, other.answer.error_code]).toEqual([6, "invalid_input"]);
    expect(sha256(path)).toBe(before);
    expect(json([...args, "--capture-mode", "raw", "--force"]).exit).toBe(0);
    expect(sha256(path)).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "twice"))).toEqual(["runpack_run_fix_rounding.zip"]);
  });
  test("a refused input leaves no file", () => {
    writeFileSync(join(folder, "lossy.json"), '{"run":{"run_id":"r"},"intents":[{"args":{"n":9007199254740993}}]}');
    const { exit, answer } = json(["run", "record", "--input", "lossy.json", "--out-dir", "none"]);
    expect([exit, answer.error]).toEqual([6, expect.stringContaining("$.intents[0].args.n")]);
    expect(bash("ls none 2>/dev/null | wc -l", { cwd: folder }).stdout.trim()).toBe("0");
  });
  test("a bad source is a verdict, and leaves no pack", () => {
    const { exit, answer } = json([
      "pack",
      "build",
      "--from",
      vectorPath("tampered/rp_hash_mismatch.zip"),
      "--out",
      "bad.zip",
    ]);
    expect([exit, answer.findings[0].code]).toEqual([2, "file_hash_mismatch"]);
    expect(bash("ls bad.zip 2>/dev/null | wc -l", { cwd: folder }).stdout.trim()).toBe("0");
  });
  const CALLS: readonly (readonly [string, readonly string[]])[] = [
    ["a missing file", ["pack", "verify", "gone.zip"]],
    ["a folder", ["pack", "verify", "."]],
    ["a device", ["pack", "verify", "/dev/zero"]],
    ["an empty file", ["pack", "verify", "/dev/null"]],
    ["a text", ["pack", "verify", "run.json"]],
    ["a run that is not there", ["verify", "0012"]],
    ["an id that is a path", ["run", "record", "--input", "run.json", "--run-id", "../x"]],
    ["no input", ["run", "record"]],
    ["an input that is not there", ["run", "record", "--input", "gone.json"]],
    ["two sources", ["pack", "build", "--from", "a", "b"]],
    ["strict without a key", ["pack", "verify", "x.zip", "--profile", "strict"]],
    ["an invalid key", ["pack", "verify", "x.zip", "--public-key", "run.json"]],
    ["two kinds of key", ["pack", "verify", "x.zip", "--public-key", "a", "--private-key", "b"]],
    ["prod without a key", ["pack", "build", "--from", "x.zip", "--key-mode", "prod"]],
    ["dev with a key", ["run", "record", "--input", "run.json", "--key-mode", "dev", "--private-key", "k"]],
  ];
  for (const [name, args] of CALLS) {
    test(`${name} is a usage error, with a hint`, () => {
      const { exit, answer } = json(args);
      expect([exit, answer.ok, answer.error_code]).toEqual([6, false, "invalid_input"]);
      expect(answer.hint).not.toBe("");
      const { stdout, stderr } = gait(args, { cwd: folder });
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^gait .*: .+\n {2}hint: .+\n$/);
    });
  }
  test("a throw-away key is announced, and its public half verifies", () => {
    const { answer } = json(["run", "record", "--input", "run.json", "--out-dir", "dev", "--key-mode", "dev"]);
    expect(answer.warnings[0]).toContain("throw-away");
    writeFileSync(join(folder, "dev.key"), answer.public_key);
    expect(json(["verify", answer.bundle, "--public-key", "dev.key", "--require-signature"]).exit).toBe(0);
  });
  test("keys written by OpenSSL", () => {
    const made = bash(
      "openssl genpkey -algorithm ed25519 -out k.pem && openssl pkey -in k.pem -pubout -out p.pem && chmod 600 k.pem",
      { cwd: folder },
    );
    expect(made.exit).toBe(0);
    const { answer } = json(["run", "record", "--input", "run.json", "--out-dir", "pem", "--private-key", "k.pem"]);
    expect(json(["verify", answer.bundle, "--public-key", "p.pem", "--profile", "strict"]).answer.verify.verdict).toBe(
      "authentic",
    );
  });
});
