/** scripts/install.sh: it installs only what the checksums list, whatever goes wrong. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signSums, sumsText, writePublicKey } from "../../scripts/release/sums.ts";
import { loadPrivateKey } from "../../src/host/keys.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { bash, type Ran } from "../e2e/gait.ts";
import { keyPath } from "../go-vectors.ts";

const SCRIPT = join(import.meta.dir, "../../scripts/install.sh");
const PROGRAM = "gait-1.2.3-linux-x64";
let base: string;
let release: string;
let to: string;
let count = 0;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "gait-install-"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Odd names, used in every case. */
beforeEach(async () => {
  count += 1;
  const place = join(base, `a 'b" $HOME;${count}`);
  release = join(place, "rel ease");
  to = join(place, "-to");
  mkdirSync(join(release, "schemas"), { recursive: true });
  writeFileSync(join(release, PROGRAM), "#!/bin/sh\necho glibc\n");
  writeFileSync(join(release, `${PROGRAM}-musl`), "#!/bin/sh\necho musl\n");
  writeFileSync(join(release, "gait-1.2.3-release.zip"), "");
  await sumUp("test");
});

async function sumUp(key: "test" | "other"): Promise<void> {
  for (const name of ["SHA256SUMS", "SHA256SUMS.sig"]) rmSync(join(release, name), { force: true });
  const { signer } = await loadPrivateKey({ path: keyPath(key, "private") }, hostPlatform);
  writePublicKey(release, signer);
  writeFileSync(join(release, "SHA256SUMS"), sumsText(release));
  await signSums(release, signer);
}

function install(args: readonly string[] = [], env: Record<string, string> = {}): Ran {
  const all = ["--from", release, "--to", to, "--target", "linux-x64", ...args];
  const quoted = all.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(" ");
  return bash(`PATH="\${TOOLS:-$PATH}" exec /bin/sh "$SCRIPT" ${quoted}`, { env: { SCRIPT, ...env } });
}

function installed(): string[] {
  return existsSync(to) ? readdirSync(to) : [];
}

/** A failure must be reported and leave no trace. */
function expectRefused(ran: Ran, why: string): void {
  expect(ran).toMatchObject({ exit: 1, stdout: "" });
  expect(ran.stderr).toContain(why);
  expect(installed()).toEqual([]);
}

describe("install.sh", () => {
  test("installs the program of the target, executable", () => {
    const ran = install();
    expect(ran).toMatchObject({ exit: 0, stderr: "" });
    expect(ran.stdout).toContain("NOT CHECKED: no key was given");
    expect(installed()).toEqual(["gait"]);
    expect(readFileSync(join(to, "gait"), "utf8")).toContain("echo glibc");
    expect(statSync(join(to, "gait")).mode & 0o777).toBe(0o755);
  });

  test("another target, and an unknown one", () => {
    expect(install(["--target", "linux-x64-musl"]).exit).toBe(0);
    expect(readFileSync(join(to, "gait"), "utf8")).toContain("echo musl");
    rmSync(to, { recursive: true });
    expectRefused(install(["--target", "plan9-x64"]), "lists no program for plan9-x64");
  });

  test("checks the signature with a key", () => {
    const ran = install(["--public-key", join(release, "gait_release_public.pem")]);
    expect(ran).toMatchObject({ exit: 0, stderr: "" });
    expect(ran.stdout).toContain("yes, with the given key");
  });

  test("a key of another form is called that, and not another key", () => {
    const key = join(release, "../base64.key");
    writeFileSync(key, "H+p8lNnvDuWZTT0Myb9iVnxkzNiKdgAm3K+4CCVLeFY=\n");
    expectRefused(install(["--public-key", key]), "is not a public key in PEM");
  });

  test("checksums signed by another key", async () => {
    const key = join(release, "../key.pem");
    writeFileSync(key, readFileSync(join(release, "gait_release_public.pem")));
    await sumUp("other");
    expectRefused(install(["--public-key", key]), "NOT signed with this key");
  });

  test("unsigned checksums, with a key", () => {
    rmSync(join(release, "SHA256SUMS.sig"));
    expectRefused(install(["--public-key", join(release, "gait_release_public.pem")]), "SHA256SUMS.sig is not there");
  });

  test("a program with one byte changed", () => {
    writeFileSync(join(release, PROGRAM), "#!/bin/sh\necho Glibc\n");
    expectRefused(install(), "is NOT what SHA256SUMS says");
  });

  test("a program and checksums both changed, with a key", () => {
    writeFileSync(join(release, PROGRAM), "#!/bin/sh\necho Glibc\n");
    rmSync(join(release, "SHA256SUMS"));
    writeFileSync(join(release, "SHA256SUMS"), sumsText(release));
    expectRefused(install(["--public-key", join(release, "gait_release_public.pem")]), "NOT signed with this key");
  });

  test("an empty program, and one that is missing", () => {
    writeFileSync(join(release, PROGRAM), "");
    expectRefused(install(), "is NOT what SHA256SUMS says");
    rmSync(join(release, PROGRAM));
    expectRefused(install(), `${PROGRAM} is not there`);
  });

  test.each([
    ["", "lists no program"],
    [`${"0".repeat(63)}  ${PROGRAM}\n`, "is NOT what SHA256SUMS says"],
    [`  ${PROGRAM}\n`, "lists no program"],
    [`xyz  ${PROGRAM}\n`, "has no digest"],
    [`${"0".repeat(64)}  gait-../../x/1.2.3-linux-x64\n`, "lists no program"],
    [`${"0".repeat(64)}  ${PROGRAM}\n${"0".repeat(64)}  gait-1.2.4-linux-x64\n`, "lists 2 programs"],
  ])("checksums that read %j", (sums, why) => {
    writeFileSync(join(release, "SHA256SUMS"), sums);
    expectRefused(install(), why);
  });

  test("no sums", () => {
    rmSync(join(release, "SHA256SUMS"));
    expectRefused(install(), "SHA256SUMS is not there");
  });

  test("a machine without a tool that hashes, or that checks signatures", () => {
    const tools = join(base, `tools ${count}`);
    mkdirSync(tools);
    for (const name of ["sh", "mktemp", "mkdir", "cp", "rm", "cut", "chmod", "mv", "dirname", "grep"]) {
      symlinkSync(bash(`command -v ${name}`).stdout.trim(), join(tools, name));
    }
    expectRefused(install([], { TOOLS: tools }), "no sha256sum, shasum or openssl is on this machine");
    const key = ["--public-key", join(release, "gait_release_public.pem")];
    expectRefused(install(key, { TOOLS: tools }), "openssl is not on this machine");
  });

  test("a second time, over the old one; a failure keeps the old one", () => {
    expect(install().exit).toBe(0);
    expect(install(["--target", "linux-x64-musl"]).exit).toBe(0);
    expect(readFileSync(join(to, "gait"), "utf8")).toContain("echo musl");
    writeFileSync(join(release, PROGRAM), "changed");
    expect(install().exit).toBe(1);
    expect(readFileSync(join(to, "gait"), "utf8")).toContain("echo musl");
    expect(installed()).toEqual(["gait"]);
  });

  test("where a folder has the name, or the target folder is a file", () => {
    mkdirSync(join(to, "gait"), { recursive: true });
    expect(install()).toMatchObject({ exit: 1 });
    expect(readdirSync(join(to, "gait"))).toEqual([]);
    rmSync(to, { recursive: true });
    writeFileSync(to, "");
    expect(install()).toMatchObject({ exit: 1, stdout: "" });
  });

  test("wrong words", () => {
    expect(install(["--nonsense"]).stderr).toContain("unknown: --nonsense");
    expect(install(["--public-key"]).stderr).toContain("--public-key needs a value");
    expect(bash('sh "$SCRIPT" --help', { env: { SCRIPT } })).toMatchObject({ exit: 0, stderr: "" });
  });

  const hasClient = Bun.which("curl") !== null || Bun.which("wget") !== null;
  test.skipIf(!hasClient && process.env["CI"] !== "true")("from a URL (needs curl or wget)", async () => {
    const served = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => {
        const file = Bun.file(join(release, new URL(url).pathname));
        return file.size === 0 ? new Response("no", { status: 404 }) : new Response(file);
      },
    });
    try {
      const from = `http://127.0.0.1:${served.port}/`;
      // Not with `bash()`: that would block this process, which is the server.
      const child = Bun.spawn(["sh", SCRIPT, "--from", from, "--to", to, "--target", "linux-x64"], { stderr: "pipe" });
      const [exit, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      const none = Bun.spawn(["sh", SCRIPT, "--from", `${from}none`, "--to", to], { stderr: "pipe" });
      expect(await none.exited).toBe(1);
      expect(installed()).toEqual(["gait"]);
    } finally {
      await served.stop(true);
    }
  });
});
