/**
 * The real Claude Code, Codex CLI and Gemini CLI, against a scripted model on loopback: each runs a shell command under `gait run exec`, and
 * the pack of it verifies. With GAIT_LONG=1, for those that are on the PATH or in the folder that GAIT_AGENTS names:
 *
 *     npm install --prefix DIR @anthropic-ai/claude-code @google/gemini-cli @openai/codex
 *     GAIT_LONG=1 GAIT_AGENTS=DIR/node_modules/.bin npm test -- test/e2e/capture/real-agents.test.ts
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { keyPath } from "../../go-vectors.ts";
import { bash, GAIT, gait } from "../gait.ts";
import { COMMAND, type ScriptedModel, startModel } from "./scripted-model.ts";

const PATH = [process.env["GAIT_AGENTS"], dirname(GAIT), process.env["PATH"]].filter((part) => part).join(":");
const isLong = process.env["GAIT_LONG"] === "1";

let root: string;
let model: ScriptedModel;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gait-agents-"));
  model = startModel();
});
afterAll(async () => {
  await model.stop();
  rmSync(root, { recursive: true, force: true });
});

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
}

/** In a home of its own, with the settings and variables that it needs for the scripted model. */
async function ran(
  words: readonly string[],
  env: Record<string, string>,
  files: Record<string, string> = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(root, "run-"));
  for (const [name, text] of Object.entries({ "home/.keep": "", "work/.keep": "", ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const child = Bun.spawn(["bash", "-c", words.join(" ")], {
    cwd: join(folder, "work"),
    env: { PATH, HOME: join(folder, "home"), NO_COLOR: "1", ...env },
    ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: 110_000 },
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exit: await child.exited, stdout, stderr, folder };
}

interface Call {
  readonly tool_name: string;
  readonly status: string;
  readonly args_kept?: boolean;
  readonly result_kept?: boolean;
}

/** Of the one pack, which verifies. */
function packed({ folder, stderr }: Ran): Call[] {
  const cwd = join(folder, "work/gait-out");
  const packs = readdirSync(cwd).filter((name) => name.startsWith("pack_"));
  expect([packs.length, stderr]).toEqual([1, expect.any(String)]);
  const [pack = ""] = packs;
  const verified = gait(["pack", "verify", pack, "--public-key", keyPath("test", "public")], { cwd });
  expect([verified.exit, verified.stdout]).toEqual([0, expect.stringContaining("authentic")]);
  const { stdout } = gait(["pack", "inspect", pack, "--json"], { cwd });
  return (JSON.parse(stdout) as { account: { run: { calls: Call[] } } }).account.run.calls;
}

/** All that is in its runpack, as text. */
function contents({ folder }: Ran): string {
  const script = `python3 -c 'import sys, zipfile
for name in zipfile.ZipFile(sys.argv[1]).namelist(): print(zipfile.ZipFile(sys.argv[1]).read(name).decode())' work/gait-out/runpack_*.zip`;
  return bash(script, { cwd: folder }).stdout;
}

const PRINTED = "from-the-tool";

/** Where the program is missing, or it was not asked for, a test says so by its name. */
function agent(name: string, what: string, work: () => Promise<void>): void {
  const isThere = Bun.which(name, { PATH }) !== null;
  const reason = isLong ? ` (needs ${name} on the PATH or in GAIT_AGENTS)` : " (GAIT_LONG=1)";
  test.skipIf(!(isLong && isThere))(`${what}${isLong && isThere ? "" : reason}`, work, 120_000);
}

const EXEC = `gait run exec --capture-mode raw --private-key '${keyPath("test", "private")}'`;

describe("the real agents", () => {
  agent("claude", "Claude Code: by --settings", async () => {
    const result = await ran([EXEC, '-- claude -p "say it" --allowedTools Bash'], {
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "sk-ant-none",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    });
    expect([result.exit, result.stdout, result.stderr]).toEqual([0, "done\n", expect.any(String)]);
    const [call, ...more] = packed(result);
    expect([call, more]).toEqual([expect.objectContaining({ tool_name: "Bash", status: "ok" }), []]);
    expect(contents(result)).toContain(`"command":"${COMMAND}"`);
    expect(contents(result)).toContain(`"stdout":"${PRINTED}"`);
  });

  const codex = () => ({
    "home/.codex/config.toml": `model = "gpt-5"\nmodel_provider = "loop"\n[model_providers.loop]\nname = "loop"\nbase_url = "${model.url}/v1"\nwire_api = "responses"\n`,
  });
  const codexWords = "codex exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox";

  agent("codex", "Codex CLI: by hooks that were installed and are trusted; its rollout has the same call", async () => {
    const words = `gait capture install codex > /dev/null && ${EXEC} -- ${codexWords} --dangerously-bypass-hook-trust "say it"`;
    const result = await ran([words], {}, codex());
    expect([result.exit, result.stdout, result.stderr]).toEqual([0, "done\n", expect.any(String)]);
    const calls = packed(result);
    expect(calls).toEqual([expect.objectContaining({ tool_name: "Bash", status: "completed" })]);
    expect(contents(result)).toContain(`"command":"${COMMAND}"`);
    expect(contents(result)).toContain(`"value":"${PRINTED}\\n"`);
    const sessions = join(result.folder, "home/.codex/sessions");
    const imported = gait(["run", "import", sessions, "--dry-run", "--json"], { cwd: result.folder });
    expect(JSON.parse(imported.stdout)).toMatchObject({
      format: "codex",
      runs: [{ intents_count: 1, results_count: 1 }],
    });
  });

  agent("codex", "Codex CLI without trust: nothing is captured, and it is said what to do", async () => {
    const result = await ran([`${EXEC} -- ${codexWords} "say it"`], {}, codex());
    expect([result.exit, result.stdout]).toEqual([1, "done\n"]);
    expect(result.stderr).toContain("gait capture install codex");
  });

  const gemini = () => ({ "home/.gemini/settings.json": '{"security":{"auth":{"selectedType":"gemini-api-key"}}}\n' });
  const geminiEnv = () => ({
    ...{ GOOGLE_GEMINI_BASE_URL: model.url, GEMINI_API_KEY: "none", GEMINI_CLI_TRUST_WORKSPACE: "true" },
  });

  agent("gemini", "Gemini CLI: by hooks that were installed; its chats file has the same call", async () => {
    const words = `gait capture install gemini-cli > /dev/null && ${EXEC} -- gemini -p "say it" --yolo`;
    const result = await ran([words], geminiEnv(), gemini());
    expect([result.exit, result.stdout.trim(), result.stderr]).toEqual([0, "done", expect.any(String)]);
    const calls = packed(result);
    expect(calls).toEqual([expect.objectContaining({ tool_name: "run_shell_command", status: "ok" })]);
    expect(contents(result)).toContain(`"command":"${COMMAND}"`);
    expect(contents(result)).toMatch(/(?<!echo )from-the-tool/);
    const own = gait(["run", "import", join(result.folder, "home/.gemini/tmp"), "--dry-run", "--json"], {
      cwd: result.folder,
    });
    expect(JSON.parse(own.stdout)).toMatchObject({
      format: "gemini-cli",
      runs: [{ intents_count: 1, results_count: 1 }],
    });
  });

  agent("gemini", "Gemini CLI: by its telemetry, where its settings are not for root alone", async () => {
    // The temporary folder may be written by everybody.
    const result = await ran([EXEC, '-- gemini -p "say it" --yolo'], geminiEnv(), gemini());
    expect([result.exit, result.stdout.trim(), result.stderr]).toEqual([0, "done", expect.any(String)]);
    expect(result.stderr).toContain("its telemetry is captured");
    const calls = packed(result);
    expect(calls).toEqual([expect.objectContaining({ tool_name: "run_shell_command", status: "ok" })]);
    expect(contents(result)).toContain(`"command":"${COMMAND}"`);
    expect(contents(result)).toMatch(/(?<!echo )from-the-tool/);
  });

  agent("gemini", "Gemini CLI: a tool that failed is an error, by its telemetry too, whose span says OK", async () => {
    const env = { ...geminiEnv(), GOOGLE_GEMINI_BASE_URL: `${model.url}/failing` };
    const result = await ran([EXEC, '-- gemini -p "say it" --yolo'], env, gemini());
    expect([result.exit, result.stdout.trim(), result.stderr]).toEqual([0, "done", expect.any(String)]);
    expect(packed(result)).toEqual([expect.objectContaining({ tool_name: "read_file", status: "error" })]);
  });
});
