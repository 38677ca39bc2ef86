/** Completion: the suggestions of the table of commands, and the behaviour of real shells when Tab is pressed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { wordsOf } from "../../../src/cli/command/command.ts";
import { valueKind } from "../../../src/cli/command/value-kind.ts";
import { complete } from "../../../src/cli/commands/completion/candidates.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { conforms } from "../answers.ts";
import { bash, GAIT, gait } from "../gait.ts";

describe("candidates", () => {
  test.each([
    ["the first word", [], "pa", ["pack"]],
    ["the second word", ["pack"], "v", ["verify"]],
    ["two words of one verb", ["job", "checkpoint"], "", ["add", "list", "show"]],
    ["a word behind a command", ["verify"], "ch", ["chain"]],
    ["a flag of the longer command", ["verify", "chain"], "--tra", ["--trace"]],
    ["behind help", ["help", "pack"], "v", ["verify"]],
    ["behind a flag in front", ["--json", "pack"], "d", ["diff"]],
    ["a flag", ["pack", "verify"], "--prof", ["--profile"]],
    ["common flags", ["version"], "--", ["--json", "--help"]],
    ["no flag twice", ["pack", "verify", "--profile", "strict"], "--prof", []],
    [
      "a repeatable flag twice",
      ["pack", "verify", "--public-key", "a"],
      "--public-key",
      ["--public-key", "--public-key-env"],
    ],
    ["choices", ["pack", "verify", "--profile"], "", ["standard", "strict"]],
    ["choices behind =", ["pack", "verify"], "--profile=st", ["--profile=standard", "--profile=strict"]],
    ["names of schemas", ["schema", "show"], "pack/m", ["pack/manifest"]],
    ["codes", ["explain"], "file_h", ["file_hash_mismatch"]],
    ["exits", ["explain"], "exit-2", ["exit-2"]],
    ["nothing for an unknown command", ["nonesuch"], "", []],
    ["nothing hidden", ["completion"], "c", []],
    ["no flags behind --", ["pack", "verify", "--"], "--", []],
  ] as const)("%s", async (_rule, before, typed, values) => {
    const { candidates } = await complete(COMMANDS, before, typed);
    expect(candidates.map(({ value }) => value)).toEqual([...values]);
  });

  test.each([
    ["a file", ["pack", "verify"], "", "file"],
    ["one file more where there may be many", ["pack", "verify", "a.zip"], "", "file"],
    ["no third of two files", ["pack", "diff", "a.zip", "b.zip"], "", "none"],
    ["both of two files", ["pack", "diff", "a.zip"], "", "file"],
    ["a file beside the longer commands", ["verify"], "", "file"],
    ["a key file", ["pack", "verify", "--public-key"], "", "file"],
    ["a key file behind =", ["pack", "verify"], "--public-key=", "file"],
    ["a folder", ["job", "list", "--root"], "", "folder"],
    ["no file for a number", ["pack", "verify", "--max-entries"], "", "none"],
  ] as const)("offers %s", async (_rule, before, typed, kind) => {
    expect((await complete(COMMANDS, before, typed)).kind).toBe(kind);
  });

  test("every command and every flag can be reached by completion alone", async () => {
    for (const spec of COMMANDS.filter(({ hidden }) => hidden !== true)) {
      const words = wordsOf(spec).split(" ");
      for (const [at, word] of words.entries()) {
        const { candidates } = await complete(COMMANDS, words.slice(0, at), "");
        expect(candidates.map(({ value }) => value)).toContain(word);
      }
      const { candidates } = await complete(COMMANDS, words, "--");
      expect(candidates.map(({ value }) => value)).toEqual([
        ...spec.options.map(({ flag }) => flag),
        "--json",
        "--help",
      ]);
    }
  });

  test("every value's name gives its kind: set `kind` for a new one", () => {
    const text = /^(48h|COMMAND|HEX|MODE|NAME|PROFILE|TEXT|ROLE|TIME|TYPE|URI|VAR|ACTOR|name|topic|word)$/;
    for (const spec of COMMANDS) {
      for (const option of spec.options) {
        const isKnown = option.kind !== undefined || option.choices !== undefined || text.test(option.value ?? "NAME");
        if (!isKnown)
          expect([wordsOf(spec), option.flag, valueKind(option)]).not.toEqual([wordsOf(spec), option.flag, "text"]);
      }
    }
  });

  test("as text and as JSON", () => {
    expect(gait(["completion", "candidates", "--", "pack", "verify", "--profile", "."]).stdout).toBe(
      "none\nstandard\nstrict\n",
    );
    expect(gait(["completion", "candidates", "--", "pack", "ver."]).stdout).toStartWith("none\nverify Check that");
    const answer = JSON.parse(gait(["completion", "candidates", "--json", "--", "pack", "."]).stdout);
    expect(conforms(answer)).toEqual([]);
    for (const shell of ["bash", "zsh", "fish", "powershell"])
      expect(conforms(JSON.parse(gait(["completion", shell, "--json"]).stdout))).toEqual([]);
  });

  test("an unknown shell", () => {
    expect(gait(["completion", "fsh"])).toMatchObject({ exit: 6, stdout: "" });
  });
});

/** The text typed before Tab, and the arguments that `gait` then gets; zsh takes the slash off a folder again. */
const TYPED: readonly (readonly [typed: string, run: string])[] = [
  ["gait pack ver", "pack verify"],
  ["gait job check", "job checkpoint"],
  ["gait pack verify --prof", "pack verify --profile"],
  ["gait pack verify --profile stri", "pack verify --profile strict"],
  ["gait pack verify --profile=stri", "pack verify --profile=strict"],
  ["gait pack verify only", "pack verify only_one.zip"],
  ["gait pack verify --public-key=only", "pack verify --public-key=only_one.zip"],
  ["gait job list --root fold", "job list --root folder"],
  ["gait schema show pack/mani", "schema show pack/manifest"],
  ["gait explain file_hash", "explain file_hash_mismatch"],
];

const SHELLS = [
  {
    shell: "bash",
    command: ["bash", "--noprofile", "--rcfile", "RC", "-i"],
    rc: "source <(command gait completion bash)\nPS1='$ '\ngait() { echo \"GOT[$*]\"; }\n",
  },
  {
    shell: "zsh",
    command: ["zsh", "-i"],
    rc: "autoload -Uz compinit\ncompinit -u -D\nsource <(command gait completion zsh)\nPS1='$ '\ngait() { print -r -- \"GOT[$*]\" }\n",
  },
  {
    shell: "fish",
    command: ["fish", "--no-config", "-C", "source RC"],
    rc: "command gait completion fish | source\nfunction gait; echo 'GOT['(string join ' ' -- $argv)']'; end\nfunction fish_prompt; echo '$ '; end\n",
  },
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-completion-"));
  mkdirSync(join(folder, "work/folder"), { recursive: true });
  writeFileSync(join(folder, "work/only_one.zip"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("in a real shell, Tab completes", () => {
  for (const { shell, command, rc } of SHELLS) {
    const isThere = bash(`command -v ${shell} && command -v python3`).exit === 0;
    if (process.env["CI"] === "true" && process.platform === "linux" && !isThere)
      throw new Error(`${shell} and python3 must be installed`);
    test.skipIf(!isThere)(`${shell} (needs ${shell} and python3)`, async () => {
      expect(await typedInto.get(shell)).toEqual({ got: TYPED.map(([, run]) => run), stderr: "" });
    });
    if (!isThere) continue;
    // All at once: a shell mostly waits.
    beforeAll(() => {
      const home = join(folder, shell);
      mkdirSync(home);
      const file = join(home, shell === "zsh" ? ".zshrc" : "rc");
      writeFileSync(file, rc);
      typedInto.set(
        shell,
        typeInto(
          home,
          command.map((word) => word.replace("RC", file)),
        ),
      );
    });
  }
});

const typedInto = new Map<string, Promise<{ got: string[]; stderr: string }>>();

async function typeInto(home: string, command: readonly string[]): Promise<{ got: string[]; stderr: string }> {
  const shell = Bun.spawn(["python3", join(import.meta.dir, "shell.py"), "60", ...command], {
    cwd: join(folder, "work"),
    env: { PATH: `${dirname(GAIT)}:${process.env["PATH"]}`, HOME: home, ZDOTDIR: home, TERM: "dumb" },
    stdin: Buffer.from(TYPED.map(([typed]) => `${typed}\n`).join("")),
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(shell.stdout).text(), new Response(shell.stderr).text()]);
  const lines = stdout.split("\n").map((line) => line.trimEnd().replace(/\/$/, ""));
  return { got: lines.filter((line) => line !== ""), stderr };
}

test("Tab never runs the program that is being typed", () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const script = gait(["completion", shell]).stdout;
    expect(script.match(/gait completion candidates/g)).toHaveLength(1);
    expect(script).toContain("command gait completion candidates");
  }
});
