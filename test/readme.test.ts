/**
 * Every transcript in README.md and docs/ is true (`transcript.ts`). A document's blocks run in order in a folder, with
 * the examples and the test keys in it; those of `air-gap.md` without a network, with a release on a USB stick.
 */
import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { writeScriptedAgents } from "./e2e/capture/scripted-agents.ts";
import { GAIT, gait } from "./e2e/gait.ts";
import { writeUsbStick } from "./e2e/usb-stick.ts";
import { keyPath } from "./go-vectors.ts";
import { expectTranscript, LIBRARY_GUIDES, outputPattern, stepsOf } from "./transcript.ts";

const ROOT = dirname(import.meta.dir);
const EXAMPLES = join(ROOT, "docs/examples");

const documents = [
  join(ROOT, "README.md"),
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(ROOT, "docs", name)),
  // The others are about programs with the npm library: `examples.test.ts` runs them.
  ...readdirSync(join(ROOT, "docs/agents"))
    .filter((name) => !LIBRARY_GUIDES.includes(name))
    .map((name) => join(ROOT, "docs/agents", name)),
];

/** A namespace without network, for `air-gap.md`. Root may create one directly, others as root of a user namespace. */
const NO_NETWORK = ["unshare", ...(process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"]), "--net"];
const canLeaveNetwork = Bun.which("unshare") !== null && Bun.spawnSync([...NO_NETWORK, "true"]).exitCode === 0;

/** Programs of other people that a document shows. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  "air-gap.md": ["unshare", "openssl"],
  "trust-guides.md": ["ssh-keygen", "minisign", "openssl"],
  // The language of the programs that stand for the agents.
  ...{ "claude-code.md": ["python3"], "codex.md": ["python3"], "gemini-cli.md": ["python3"] },
  ...{ "mcp.md": ["python3"], "opentelemetry.md": ["python3"] },
};

/** Files besides the examples, for documents that are not about the examples folder. */
async function carryAcross(folder: string): Promise<void> {
  await writeUsbStick(join(folder, "usb"));
  renameSync(join(folder, "usb/gait_release_public.pem"), join(folder, "release.pem"));
  rmSync(join(folder, "usb/gait_release_public.key"));
  copyFileSync(keyPath("test", "public"), join(folder, "producer.key"));
  const options = { cwd: folder, env: {} };
  gait(["run", "record", "--input", "run.json"], options);
  const built = [
    "pack",
    "build",
    "--from",
    "run_fix_rounding",
    "--out",
    "run.zip",
    "--private-key",
    "test_private.key",
  ];
  expect(gait(built, options)).toMatchObject({ exit: 0 });
  // The far side has no other files of the program.
  for (const name of ["gait-out", "test_private.key"]) rmSync(join(folder, name), { recursive: true });
}

for (const path of documents) {
  const steps = stepsOf(readFileSync(path, "utf8"));
  if (steps.length === 0) continue;
  const isFar = basename(path) === "air-gap.md";
  const inside = isFar ? NO_NETWORK : [];
  describe(basename(path), () => {
    const tools = TOOLS[basename(path)] ?? [];
    const network = isFar ? " without a network" : "";
    const where = tools.length === 0 ? network : `${network} (needs ${tools.join(" and ")})`;
    const isAbsent = (isFar && !canLeaveNetwork) || tools.some((tool) => Bun.which(tool) === null);
    test.skipIf(isAbsent && process.env["CI"] !== "true")(
      `its ${steps.length} commands print what it shows${where}`,
      async () => {
        const folder = mkdtempSync(join(tmpdir(), "gait-readme-"));
        try {
          for (const name of readdirSync(EXAMPLES)) copyFileSync(join(EXAMPLES, name), join(folder, name));
          for (const half of ["private", "public"] as const)
            copyFileSync(keyPath("test", half), join(folder, `test_${half}.key`));
          Bun.spawnSync(["chmod", "600", join(folder, "test_private.key")]);
          if (isFar) await carryAcross(folder);
          if (basename(dirname(path)) === "agents") writeScriptedAgents(join(folder, ".bin"));
          const env = { PATH: `${join(folder, ".bin")}:${dirname(GAIT)}:${process.env["PATH"]}`, HOME: folder };
          expectTranscript(steps, { cwd: folder, env, inside });
        } finally {
          rmSync(folder, { recursive: true, force: true });
        }
      },
    );
  });
}

test.skipIf(!canLeaveNetwork && process.env["CI"] !== "true")("the namespace without network has no network", () => {
  const { stdout } = Bun.spawnSync([...NO_NETWORK, "cat", "/proc/net/dev"]);
  // Two lines of headings, then one for each interface: the loopback, which is down.
  expect(
    stdout
      .toString()
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => line.trim().split(":")[0]),
  ).toEqual(["lo"]);
  expect(Bun.spawnSync([...NO_NETWORK, "bash", "-c", "echo > /dev/tcp/127.0.0.1/9"]).exitCode).not.toBe(0);
});
test("the README exists, and has transcripts", () => {
  expect(stepsOf(readFileSync(join(ROOT, "README.md"), "utf8")).length).toBeGreaterThan(15);
});
test("a wrong transcript is detected", () => {
  expect(outputPattern("a\n…\nb …\n").test("a\nx\ny\nb c\n")).toBeTrue();
  expect(outputPattern("a\n").test("a\nb\n")).toBeFalse();
  expect(outputPattern("a …\n").test("b c\n")).toBeFalse();
});
