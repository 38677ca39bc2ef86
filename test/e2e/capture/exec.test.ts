/** `gait run exec`: an agent runs with capture switched on, and a pack of what it did is there afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyPath } from "../../go-vectors.ts";
import { bash } from "../gait.ts";
import { writeScriptedAgents } from "./scripted-agents.ts";

let root: string;
let folder: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gait-exec-"));
  writeScriptedAgents(join(root, "bin"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(root, "run-"));
});

function exec(words: string, input = "") {
  const script = `export HOME="$PWD/home" PATH="${root}/bin:$PATH"; unset GAIT_CAPTURE_DIR
    printf %s '${input}' | "$GAIT" run exec ${words}`;
  return bash(script, { cwd: folder });
}
const packs = () => readdirSync(join(folder, "gait-out")).filter((name) => name.startsWith("pack_"));

describe("a pack of what it did", () => {
  test("Claude Code: by its hooks; input, output and exit are its own; no settings are touched", () => {
    const { exit, stdout } = exec(`--private-key '${keyPath("test", "private")}' -- claude 0`, "hello");
    expect([exit, stdout]).toEqual([0, "HELLO\n"]);
    const [pack] = packs();
    const verified = bash(`"$GAIT" pack verify gait-out/${pack} --public-key '${keyPath("test", "public")}'`, {
      cwd: folder,
    });
    expect([verified.exit, verified.stdout]).toEqual([0, expect.stringContaining("authentic")]);
    const inspected = bash('"$GAIT" run inspect gait-out/runpack_run_7f97de4a-6de6-4e25-a2fa-06be0b8f1f4f.zip --json', {
      cwd: folder,
    });
    expect(JSON.parse(inspected.stdout)).toMatchObject({ run_id: "run_7f97de4a-6de6-4e25-a2fa-06be0b8f1f4f" });
    expect(readdirSync(join(folder, "home")).toSorted()).toEqual([".claude", ".gait"]);
    expect(readdirSync(join(folder, "home/.claude"))).toEqual(["projects"]);
  });

  test("any other: by its traces", () => {
    expect(exec("-- traced-agent 0").exit).toBe(0);
    expect(packs().length).toBe(1);
    expect(readdirSync(join(folder, "gait-out"))).toContain("runpack_run_0102030405060708090a0b0c0d0e0f10.zip");
  });
});

describe("Gemini CLI", () => {
  const GEMINI_RUN = "run_9ba7b927-078f-41d5-87d4-9aa7df8663e4";
  const inspected = () => {
    const [runpack = ""] = readdirSync(join(folder, "gait-out")).filter((name) => name.startsWith("runpack_"));
    const { stdout } = bash(`"$GAIT" run inspect gait-out/${runpack} --json`, { cwd: folder });
    return JSON.parse(stdout) as { run_id: string; account: { calls: Record<string, unknown>[] } };
  };

  test("where its settings can't be given for one run: by its telemetry, and it is said what that has not", () => {
    const { exit, stdout, stderr } = exec("-- gemini");
    expect([exit, stdout]).toEqual([0, "done\n"]);
    expect(stderr).toContain("its telemetry is captured, which cuts what is long; gait capture install");
    expect(inspected().run_id).toBe("run_0102030405060708090a0b0c0d0e0f10");
    const kept = readdirSync(join(folder, "home/.gait/capture"));
    expect(readdirSync(join(folder, "home/.gait/capture", kept[0] ?? ""))).toContain("warnings.txt");
  });

  test("with hooks that were installed: by them alone", () => {
    const { exit, stderr } = bash(
      `export HOME="$PWD/home" PATH="${root}/bin:$PATH"; unset GAIT_CAPTURE_DIR; mkdir -p home/.gemini
      "$GAIT" capture install gemini-cli > /dev/null && "$GAIT" run exec -- gemini`,
      { cwd: folder },
    );
    expect(stderr).not.toContain("telemetry");
    expect([exit, inspected().run_id, packs().length]).toEqual([0, GEMINI_RUN, 1]);
  });

  test("with telemetry of its user's own: that stays, and it is said", () => {
    const script = `export HOME="$PWD/home" PATH="${root}/bin:$PATH" GEMINI_TELEMETRY_ENABLED=false; "$GAIT" run exec -- gemini`;
    const told = bash(script, { cwd: folder });
    expect([told.exit, told.stderr]).toEqual([1, expect.stringContaining("GEMINI_TELEMETRY_… are set, and stay")]);
  });

  // Its folders may be written by root alone.
  const safe = process.getuid?.() === 0 && existsSync("/var/lib") ? "/var/lib" : undefined;
  const needs = safe === undefined ? " (needs root)" : "";
  test.skipIf(safe === undefined)(`for root: by settings of the system that hold what was there${needs}`, () => {
    const captures = mkdtempSync(join(safe ?? "", "gait-exec-"));
    try {
      writeFileSync(join(folder, "system.json"), '{"theme":"x"}');
      const { exit, stdout } = bash(
        `export HOME="$PWD/home" GEMINI_CLI_SYSTEM_SETTINGS_PATH="$PWD/system.json" PATH="${root}/bin:$PATH" GAIT_CAPTURE_DIR="${captures}"
        "$GAIT" run exec -- gemini`,
        { cwd: folder },
      );
      expect([exit, stdout]).toEqual([0, `{"theme": "x"}\n${folder}/system-defaults.json\ndone\n`]);
      expect(readFileSync(join(folder, "system.json"), "utf8")).toBe('{"theme":"x"}');
      expect([inspected().run_id, packs().length]).toEqual([GEMINI_RUN, 1]);
    } finally {
      rmSync(captures, { recursive: true, force: true });
    }
  });
});

describe("where the user has traces sent to", () => {
  const told = (variables: string, words: string) => {
    const script = `export HOME="$PWD/home" PATH="${root}/bin:$PATH" ${variables}; unset GAIT_CAPTURE_DIR; "$GAIT" run exec ${words}`;
    return bash(script, { cwd: folder });
  };
  const environment = "-- sh -c 'env | grep -E ^OTEL | sort'";

  for (const variable of [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://u:secret@127.0.0.1:9/v1/traces",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://u:secret@127.0.0.1:9/v1/logs",
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc",
    "OTEL_TRACES_EXPORTER=console",
    "OTEL_SDK_DISABLED=true",
  ]) {
    const [name = ""] = variable.split("=");
    test(`${name}: it stays, and before the program starts it is said that nothing comes`, () => {
      const { exit, stdout, stderr } = told(variable, environment);
      expect([exit, stdout]).toEqual([1, expect.stringContaining(variable)]);
      const said = stderr.split("\n").filter((line) => line.includes(name));
      expect(said.length).toBe(name === "OTEL_SDK_DISABLED" ? 2 : 1);
      expect(stderr).not.toContain("secret");
      expect(stderr).toContain("are not captured, but go where that says");
    });
  }

  test("variables that say what is said anyway: nothing is told", () => {
    const { exit, stderr } = told(
      "OTEL_TRACES_EXPORTER=otlp,console OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/json OTEL_SDK_DISABLED=false",
      "-- traced-agent 0",
    );
    expect([exit, stderr.includes("OTEL_")]).toEqual([0, false]);
  });

  test("the endpoint of all signals is the run's, and that is said; it is in warnings.txt", () => {
    const { exit, stderr } = told("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9", "-- traced-agent 0");
    const warning =
      "gait run exec: OTEL_EXPORTER_OTLP_ENDPOINT was set: for this run, what goes there is captured instead\n";
    expect([exit, stderr]).toEqual([0, expect.stringContaining(warning)]);
    const captures = join(folder, "home/.gait/capture");
    const [run = ""] = readdirSync(captures);
    expect(readFileSync(join(captures, run, "warnings.txt"), "utf8")).toBe(warning);
  });

  test("an agent with hooks keeps it", () => {
    writeFileSync(join(folder, "claude"), `#!/bin/sh\n${environment.slice(10, -1)}\n`, { mode: 0o755 });
    const { stdout, stderr } = told("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9", "-- ./claude");
    expect([stdout, stderr.includes("OTEL_")]).toEqual(["OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9\n", false]);
    expect(told("X=1", "-- ./claude").stdout).toMatch(/^OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:\d+\n/);
  });
});

describe("exits", () => {
  test("the agent's own, and the pack is there", () => {
    expect(exec("-- traced-agent 7").exit).toBe(7);
    expect(packs().length).toBe(1);
  });
  test("a signal's", () => {
    expect(exec("-- sh -c 'kill -KILL $$'").exit).toBe(137);
  });
  test("1 where it ends with 0 and there is nothing to pack, and why", () => {
    const { exit, stdout, stderr } = exec("-- true");
    expect([exit, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("no pack was made; nothing was captured");
  });
  test("1 where the pack can't be written; what was captured is still there", () => {
    writeFileSync(join(folder, "file"), "");
    const { exit, stderr } = exec("--out-dir file/x -- traced-agent 0");
    expect(exit).toBe(1);
    const kept = /what was captured is in (\S+)/.exec(stderr)?.[1] ?? "";
    expect(readdirSync(kept).filter((name) => name.startsWith("otlp_")).length).toBe(1);
    const listed = bash('HOME="$PWD/home" "$GAIT" capture list --json', { cwd: folder });
    expect(JSON.parse(listed.stdout)).toMatchObject({ logs: [{ path: expect.stringContaining(kept) }] });
    const imported = bash('HOME="$PWD/home" "$GAIT" capture import --pack', { cwd: folder });
    expect([imported.exit, packs().length]).toEqual([0, 1]);
  });
  test("6 for a command that is not there, and a key that is none before it starts", () => {
    expect(exec("-- no-such-agent")).toMatchObject({ exit: 6, stderr: expect.stringContaining("no-such-agent") });
    const { exit, stdout } = exec("--private-key none.key -- echo started");
    expect([exit, stdout]).toEqual([6, ""]);
  });
  test("SIGTERM goes to the agent", () => {
    const { stdout } = exec(`-- bash -c 'trap "exit 5" TERM; kill -TERM $PPID; while :; do sleep 0.05; done'; echo $?`);
    expect(stdout).toBe("5\n");
  });
});

test("--agent names it, and --agent otlp switches no hooks on", () => {
  expect(exec("--agent claude-code -- python3 ../bin/claude 0").exit).toBe(0);
  const { exit, stderr } = exec("--agent otlp -- claude 0");
  expect([exit, stderr]).toEqual([1, expect.stringContaining("nothing was captured: the program sent no traces")]);
});
