/** `gait pack timestamp`: requests that openssl answers, answers that are kept or refused, and what they prove. */
import { beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trustItems, trustPath, trustText } from "../../trust-vectors.ts";
import { bash, gait } from "../gait.ts";
import { answer, folder, KEY, linesOf, scene, signed } from "./scene.ts";
import { hasOpenssl } from "./tools.ts";

const PACK = "pack_run_alpha.zip";
const ATTACH = ["pack", "timestamp", "attach", PACK, "--response"];

/** A timestamp authority of our own: a root, and a certificate under it. */
let authority: string;
beforeAll(() => {
  authority = mkdtempSync(join(folder, "tsa-"));
  if (!hasOpenssl) return;
  copyFileSync(join(import.meta.dir, "../../../docs/examples/authority.sh"), join(authority, "authority.sh"));
  expect(bash("sh authority.sh init", { cwd: authority })).toMatchObject({ exit: 0 });
});

/** The answer to a request, which stays beside it. */
function answered(cwd: string, request: string): string {
  const response = request.replace(/tsq$/, "tsr");
  expect(bash(`sh authority.sh answer ${join(cwd, request)} ${join(cwd, response)}`, { cwd: authority })).toMatchObject(
    { exit: 0 },
  );
  return response;
}

/** A pack that alice signed in both forms, and a trust file that asks for a proof of time. */
function stampable(): string {
  const cwd = scene();
  signed(cwd, "--private-key", "alice.ssh");
  signed(cwd, "--private-key", "bob.ssh", "--format", "ssh", "--out", `${PACK}.bob.sig`);
  const keys = ["--signer", `alice=${KEY("alice.ssh.pub")}`, "--signer", `bob=${KEY("bob.ssh.pub")}`];
  gait(["trust", "init", ...keys, "--at-least", "2", "--tsa", join(authority, "root.pem"), "--out", "trust.json"], {
    cwd,
  });
  const trust = JSON.parse(readFileSync(join(cwd, "trust.json"), "utf8"));
  trust.rules[0].time = "required";
  writeFileSync(join(cwd, "trust.json"), JSON.stringify(trust));
  return cwd;
}

function verify(cwd: string): { exit: number | null; states: string[] } {
  const { exit, stdout } = gait(["pack", "verify", PACK, "--trust", "trust.json", "--json"], { cwd });
  return { exit, states: JSON.parse(stdout).verify.trust.signatures.map(({ state }: { state: string }) => state) };
}

describe.skipIf(!hasOpenssl)("request and attach", () => {
  test("over each signature: asked, answered by openssl, attached, and the rule is met", () => {
    const cwd = stampable();
    expect(verify(cwd)).toEqual({ exit: 2, states: ["no_trusted_time", "no_trusted_time"] });
    const line = readFileSync(join(cwd, `${PACK}.sigs.jsonl`), "utf8");
    const { stdout } = gait(["pack", "timestamp", "request", PACK], { cwd });
    expect(stdout.split("\n").filter((each) => each.includes("curl -H")).length).toBe(2);
    const responses = readdirSync(cwd)
      .filter((name) => name.endsWith(".tsq"))
      .map((request) => answered(cwd, request));
    const { exit, answer: attached } = answer(cwd, [
      ...ATTACH,
      ...responses.join(" --response ").split(" "),
      "--trust",
      "trust.json",
    ]);
    const { timestamps } = attached as unknown as { timestamps: { state: string; covers: string }[] };
    expect([exit, timestamps.map(({ state, covers }) => [state, covers])]).toEqual([
      0,
      [
        ["trusted", `${PACK}.bob.sig`],
        ["trusted", `${PACK}.sigs.jsonl`],
      ],
    ]);
    expect(verify(cwd)).toEqual({ exit: 0, states: ["counted", "counted"] });
    // The first line stays byte for byte; the second is the same signature with its time.
    expect(linesOf(cwd)[0]).toBe(line.trimEnd());
    expect(linesOf(cwd).length).toBe(2);
    expect(answer(cwd, [...ATTACH, responses[0] ?? ""]).exit).toBe(0);
  });
  test("openssl verifies what is kept beside the pack", () => {
    const cwd = scene();
    for (const hash of ["sha256", "sha384", "sha512"]) {
      gait(["pack", "timestamp", "request", PACK, "--of", "pack", "--hash", hash], { cwd });
      answered(cwd, `${PACK}.tsq`);
      const check = `openssl ts -verify -in ${PACK}.tsr -data ${PACK} -CAfile ${join(authority, "root.pem")} && openssl ts -verify -in ${PACK}.tsr -queryfile ${PACK}.tsq -CAfile ${join(authority, "root.pem")}`;
      expect(bash(check, { cwd }).exit).toBe(0);
      expect(gait([...ATTACH, `${PACK}.tsr`], { cwd }).exit).toBe(0);
    }
  });
  test("an answer to another request is refused: its nonce differs", () => {
    const cwd = scene();
    gait(["pack", "timestamp", "request", PACK, "--of", "pack"], { cwd });
    answered(cwd, `${PACK}.tsq`);
    gait(["pack", "timestamp", "request", PACK, "--of", "pack"], { cwd });
    const { exit, stderr } = gait([...ATTACH, `${PACK}.tsr`], { cwd });
    expect([exit, stderr]).toEqual([6, expect.stringContaining("its nonce is not that of its request")]);
  });
  test("one of an authority that the trust file does not name is refused with it, and kept without it", () => {
    const cwd = stampable();
    copyFileSync(trustPath("tsr/p256.tsr"), join(cwd, "x.tsr"));
    const { exit, stderr } = gait([...ATTACH, "x.tsr", "--trust", "trust.json"], { cwd });
    expect([exit, stderr, existsSync(join(cwd, `${PACK}.tsr`))]).toEqual([
      6,
      expect.stringContaining("untrusted"),
      false,
    ]);
    expect(gait([...ATTACH, "x.tsr"], { cwd })).toMatchObject({
      exit: 0,
      stderr: expect.stringContaining("not verified"),
    });
    expect(existsSync(join(cwd, `${PACK}.tsr`))).toBe(true);
  });
});

describe("what is refused", () => {
  const REFUSED: readonly (readonly [file: string, words: RegExp])[] = [
    ["tsr/other-pack.tsr", /neither over the pack nor over a signature/],
    ["tsr/rejected.tsr", /the authority refused/],
    ["tsr/cut.tsr", /can't be read/],
    ["sshsig/alice.sig", /can't be read/],
  ];
  for (const [file, words] of REFUSED) {
    test(`${file}, and nothing is written`, () => {
      const cwd = scene();
      const before = readdirSync(cwd);
      const { exit, stderr } = gait([...ATTACH, trustPath(file)], { cwd });
      expect([exit, words.test(stderr), readdirSync(cwd)]).toEqual([6, true, before]);
    });
  }
  test("no signature to stamp, no response, a pack that fails", () => {
    const cwd = scene();
    expect(gait(["pack", "timestamp", "request", PACK], { cwd }).exit).toBe(6);
    expect(gait(["pack", "timestamp", "attach", PACK], { cwd }).exit).toBe(6);
    const bytes = readFileSync(join(cwd, PACK));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(join(cwd, PACK), bytes);
    expect(gait(["pack", "timestamp", "request", PACK, "--of", "pack"], { cwd }).exit).toBe(2);
  });
});

test("the request of the vectors and its answer belong together", () => {
  const [item] = trustItems("timestamp-request");
  const cwd = scene();
  copyFileSync(trustPath(item?.file ?? ""), join(cwd, "p.tsq"));
  copyFileSync(trustPath("tsr/p256.tsr"), join(cwd, "p.tsr"));
  writeFileSync(join(cwd, "t.json"), trustText("scenarios/key-ended-stamped/trust.json"));
  expect(gait([...ATTACH, "p.tsr", "--trust", "t.json"], { cwd }).exit).toBe(0);
});
