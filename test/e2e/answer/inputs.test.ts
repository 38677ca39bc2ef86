/** A command's inputs: non-regular files, ids and names of every kind, JSON that two readers could read differently. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { membersOf } from "../../core/artifacts.ts";
import { vectorPath, vectors } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, gait } from "../gait.ts";

const NO_PIPES = process.platform === "win32";

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  expect(scene.json(["run", "record", "--input", "run.json", "--run-id", "known"]).exit).toBe(0);
});
afterAll(() => scene.remove());

describe("anything but a regular file is refused at once", () => {
  const KINDS = {
    "a named pipe without a writer": "pipe",
    "a link that leads back to itself": "loop",
    "a link to nothing": "dangling",
    "a folder": "folder.zip",
    "an endless device": "/dev/zero",
    "a name longer than a file system takes": `${"n".repeat(300)}.zip`,
    "a path through a file": "run.json/x.zip",
  };
  const ARGUMENTS: Record<string, (path: string) => string[]> = {
    "run record --input": (path) => ["run", "record", "--input", path],
    "run inspect": (path) => ["run", "inspect", `./${path}`],
    "run receipt": (path) => ["run", "receipt", `./${path}`],
    "pack build --from": (path) => ["pack", "build", "--from", `./${path}`],
    "pack verify": (path) => ["pack", "verify", path],
    verify: (path) => ["verify", `./${path}`],
    "pack inspect --force": (path) => ["pack", "inspect", path, "--force"],
    "pack diff, left": (path) => ["pack", "diff", path, "gait-out/runpack_known.zip"],
    "pack diff, right": (path) => ["pack", "diff", "gait-out/runpack_known.zip", path],
    "pack verify --public-key": (path) => ["pack", "verify", "gait-out/runpack_known.zip", "--public-key", path],
    "run record --private-key": (path) => ["run", "record", "--input", "run.json", "--private-key", path],
    "keys verify --private-key": (path) => ["keys", "verify", "--private-key", path],
  };
  beforeAll(() => {
    if (NO_PIPES) return;
    expect(Bun.spawnSync(["mkfifo", scene.at("pipe")]).exitCode).toBe(0);
    symlinkSync("loop", scene.at("loop"));
    symlinkSync("nothing", scene.at("dangling"));
    mkdirSync(scene.at("folder.zip"));
  });
  for (const [name, args] of Object.entries(ARGUMENTS)) {
    test.skipIf(NO_PIPES)(`gait ${name}`, () => {
      for (const [kind, path] of Object.entries(KINDS)) {
        const { exit, answer } = scene.json(args(path));
        expect([kind, exit, answer.error_code]).toEqual([kind, 6, "invalid_input"]);
      }
    });
  }
  test("a file of no bytes", () => {
    writeFileSync(scene.at("empty.zip"), "");
    for (const args of [
      ["run", "record", "--input", "empty.zip"],
      ["pack", "verify", "empty.zip"],
      ["run", "inspect", "./empty.zip"],
      ["pack", "verify", "gait-out/runpack_known.zip", "--public-key", "empty.zip"],
    ]) {
      expect(scene.json(args).exit).toBe(6);
    }
  });
});

describe("a refusal names the file, and what to write instead", () => {
  const NO_ARCHIVE = "run.json: the file is not a ZIP archive: it neither starts nor ends like one";
  for (const args of [
    ["pack", "verify", "run.json"],
    ["pack", "inspect", "run.json"],
    ["pack", "diff", "run.json", "gait-out/runpack_known.zip"],
    ["pack", "diff", "gait-out/runpack_known.zip", "run.json"],
    ["pack", "report", "run.json", "--out", "report.html"],
    ["guard", "verify", "run.json"],
  ]) {
    test(`gait ${args.join(" ")}`, () => {
      const { exit, answer } = scene.json(args);
      expect([exit, answer.error]).toEqual([6, NO_ARCHIVE]);
      expect(answer.hint).toContain("`gait run import` makes a runpack of what an agent wrote");
    });
  }
  test("a file that is neither an archive nor JSON", () => {
    writeFileSync(scene.at("notes.txt"), "These are notes.\n");
    expect(scene.json(["pack", "verify", "notes.txt"]).answer.hint).toContain("Give a pack");
  });
  for (const args of [
    ["verify", "./run.json"],
    ["run", "receipt", "./run.json"],
    ["guard", "pack", "--run", "./run.json"],
  ]) {
    test(`gait ${args.join(" ")}`, () => {
      const { exit, answer } = scene.json(args);
      expect([exit, answer.error]).toEqual([6, `./${NO_ARCHIVE}`]);
    });
  }
  // A name that ends in .json may be that of a session's chain.
  for (const args of [
    ["run", "inspect", "./run.json"],
    ["pack", "build", "--from", "./run.json"],
  ]) {
    test(`gait ${args.join(" ")}`, () => {
      const { exit, answer } = scene.json(args);
      expect([exit, answer.error]).toEqual([6, expect.stringContaining("./run.json is no chain of a session")]);
      expect(answer.hint).toContain("`gait run record` makes a runpack");
    });
  }
  test("a runpack that is to be imported", () => {
    const { exit, answer } = scene.json(["run", "import", "gait-out/runpack_known.zip"]);
    expect([exit, answer.hint]).toEqual([6, expect.stringContaining("imported already: `gait run inspect`")]);
  });
  test("a file's name that is taken as a run's id", () => {
    expect(scene.json(["verify", "run.json"]).answer.hint).toContain("write ./run.json");
    expect(scene.json(["verify", "run.json"]).answer.hint).toContain("gait run import run.json");
    expect(scene.json(["verify", "run_x"]).answer.hint).toContain("Give the path of the runpack");
  });
  test.skipIf(process.platform !== "linux")(
    "an output whose name is not UTF-8: nothing is written under a different name",
    () => {
      const script = `mkdir odd; "$GAIT" viewer --out $'odd/\\xff.html'; echo $?; ls odd`;
      const { stdout, stderr } = bash(script, { cwd: scene.path });
      expect([stdout, stderr]).toEqual(["6\n", expect.stringContaining("is not UTF-8: odd/\\xff.html")]);
    },
  );
  test("a file in place of a job's folder", () => {
    const { exit, answer } = scene.json(["pack", "build", "--type", "job", "--from", "./run.json"]);
    expect([exit, answer.hint]).toEqual([6, expect.stringContaining("Give the folder")]);
  });
});

describe("an id is a text", () => {
  for (const id of ["0012", "1e3", "0x1f", "1.0", "true", "null", "a", "A.b_c:d-e", "n".repeat(128)]) {
    test.skipIf(process.platform === "win32" && id.includes(":"))(`${id.slice(0, 10)} is unchanged`, () => {
      const { exit, answer } = scene.json(["run", "record", "--input", "run.json", "--run-id", id]);
      expect([exit, answer.run_id, answer.bundle]).toEqual([0, id, `gait-out/runpack_${id}.zip`]);
      expect(scene.json(["run", "inspect", id]).answer.run_id).toBe(id);
      expect(gait(["run", "receipt", id], { cwd: scene.path }).stdout).toContain(`verify="gait verify ${id}"`);
      expect(scene.json(["verify", id]).exit).toBe(0);
    });
  }

  const TRICKS = [
    "../x",
    "a/b",
    "a\\b",
    ".",
    "..",
    "/etc/x",
    "~",
    "a b",
    "a\nb",
    "ü",
    "\u202ex",
    "$(id)",
    "n".repeat(129),
  ];
  for (const id of [...TRICKS, "-x", "%2e%2e"]) {
    test(`${JSON.stringify(id.slice(0, 10))} is refused, from a flag or in the input, and nothing is written`, () => {
      writeFileSync(scene.at("trick.json"), JSON.stringify({ run: { run_id: id } }));
      const before = scene.files();
      expect(scene.json(["run", "record", "--input", "run.json", `--run-id=${id}`]).exit).toBe(6);
      const { exit, answer } = scene.json(["run", "record", "--input", "trick.json"]);
      expect([exit, answer.error]).toEqual([6, expect.stringContaining("run id")]);
      expect(scene.files()).toEqual(before);
    });
  }

  test("an id is looked for in ./gait-out, then in ~/.gait/runpacks, and nowhere else", () => {
    const home = scene.at("home");
    const folder = `${home}/.gait/runpacks`;
    expect(scene.json(["run", "record", "--input", "run.json", "--run-id", "athome", "--out-dir", folder]).exit).toBe(
      0,
    );
    const run = (id: string) => gait(["verify", id], { cwd: scene.path, env: { HOME: home } });
    expect(run("athome")).toMatchObject({ exit: 0, stdout: expect.stringContaining(`${home}/.gait/runpacks/`) });
    expect(run("known")).toMatchObject({ exit: 0, stdout: expect.stringContaining("gait-out/runpack_known.zip") });
    expect(run("nowhere")).toMatchObject({ exit: 6, stderr: expect.stringContaining("looked for") });
    expect(run("../gait-out/runpack_known").exit).toBe(6);
  });
});

describe("odd names of files", () => {
  const NAMES = [
    "two words",
    "späte Läufe",
    "日本語",
    "-dash",
    "--json",
    "a'b\"c",
    "$HOME",
    "*",
    "line\nbreak",
    "\u001b[31m",
    "#x;y",
  ];
  for (const name of process.platform === "win32" ? NAMES.slice(0, 3) : NAMES) {
    test(`${JSON.stringify(name)} as input, folder and output`, () => {
      copyFileSync(scene.at("run.json"), scene.at(`${name}.json`));
      const record = ["run", "record", `--out-dir=${name}`, "--run-id=odd", "--", `${name}.json`];
      const recorded = gait(record, { cwd: scene.path });
      expect(recorded).toMatchObject({ exit: 0, stderr: "" });
      expect(recorded.stdout).not.toContain("\u001b");
      const built = gait(["pack", "build", `--out=${name}.zip`, "--", `${name}/runpack_odd.zip`], { cwd: scene.path });
      expect(built).toMatchObject({ exit: 0, stderr: "" });
      const { exit, stdout } = gait(["pack", "verify", "--", `${name}.zip`], { cwd: scene.path });
      expect([exit, stdout.split("\n").length]).toEqual([0, 7]);
      expect(stdout).not.toContain("\u001b");
    });
  }
  test("a flag never takes the next flag for its value, and - alone is the standard input", () => {
    expect(scene.json(["run", "record", "--input", "-dash.json"]).answer.error).toBe("--input needs a value");
    expect(scene.json(["pack", "verify", "--public-key", "--require-signature", "x.zip"]).answer.error).toBe(
      "--public-key needs a value",
    );
    expect(bash('"$GAIT" run record - --run-id piped < run.json', { cwd: scene.path })).toMatchObject({ exit: 0 });
    expect(bash('"$GAIT" run record --input - < /dev/null', { cwd: scene.path }).exit).toBe(6);
    expect(bash('"$GAIT" run record --input - <&-', { cwd: scene.path }).exit).toBe(6);
    expect(scene.json(["pack", "verify", "-"]).exit).toBe(6);
  });
  test("it waits for a slow writer", () => {
    const script = '{ head -c 900 run.json; sleep 0.3; tail -c +901 run.json; } | "$GAIT" run record - --run-id slow';
    expect(bash(script, { cwd: scene.path }).exit).toBe(0);
    expect(readFileSync(scene.at("gait-out/runpack_slow.zip")).equals(recordedOnce("slow"))).toBeTrue();
  });

  function recordedOnce(id: string): Buffer {
    const { answer } = scene.json(["run", "record", "--input", "run.json", "--run-id", id, "--out-dir", "once"]);
    return readFileSync(scene.at(answer.bundle ?? ""));
  }
});

describe("JSON that has more than one reading, or none", () => {
  const INPUTS: readonly (readonly [rule: string, input: string | Uint8Array, where: string])[] = [
    ["no JSON", "run: r", "line 1, column 1"],
    ["a cut text", '{"run":{"run_id":"r"},\n"intents":[', "line 2, column 12"],
    ["two texts", '{"run":{"run_id":"r"}} {}', "line 1, column 24"],
    ["a list", "[]", "nothing of a recorded run"],
    ["a member twice", '{"run":{"run_id":"r","run_id":"s"}}', "$.run.run_id"],
    ["a member twice, once escaped", '{"run":{"run_id":"r","run\\u005fid":"s"}}', "$.run.run_id"],
    [
      "a member twice, deep in arguments",
      '{"run":{"run_id":"r"},"intents":[{"args":{"a":{"b":1,"b":1}}}]}',
      "args.a.b",
    ],
    ["an integer past 2^53", '{"run":{"run_id":"r"},"intents":[{"args":{"n":9007199254740993}}]}', "args.n"],
    ["a number past every double", '{"run":{"run_id":"r"},"intents":[{"args":{"n":1e400}}]}', "args.n"],
    [
      "digits that get lost",
      '{"run":{"run_id":"r"},"intents":[{"args":{"n":0.1000000000000000055511151231}}]}',
      "args.n",
    ],
    ["a byte order mark", '\ufeff{"run":{"run_id":"r"}}', "byte-order mark"],
    ["a lone surrogate", '{"run":{"run_id":"r"},"intents":[{"tool_name":"\\ud800"}]}', "tool_name"],
    ["ill-formed UTF-8", new Uint8Array([...new TextEncoder().encode('{"run":{"run_id":"'), 0xff]), "0xff"],
    ["100,000 brackets", "[".repeat(100_000), "512"],
    ["an id that is a number", '{"run":{"run_id":12}}', "$.run.run_id"],
    ["an invalid time", '{"run":{"run_id":"r","created_at":"2026-02-30T00:00:00Z"}}', "$.run.created_at"],
    ["an unknown capture mode", '{"run":{"run_id":"r"},"capture_mode":"full"}', "capture mode"],
    ["no id", '{"intents":[{"intent_id":"a"}]}', "run id"],
  ];
  for (const [rule, input, where] of INPUTS) {
    test(`${rule} is refused, with its place`, () => {
      writeFileSync(scene.at("refused.json"), input);
      const { exit, answer } = scene.json(["run", "record", "--input", "refused.json", "--out-dir", "refused"]);
      expect([exit, answer.error]).toEqual([6, expect.stringContaining(where)]);
      expect(scene.files().filter((path) => path.startsWith("refused/"))).toEqual([]);
    });
  }
});

describe("inputs of the Go implementation, recorded raw", () => {
  for (const { input = "", members = {} } of vectors("runpack-raw")) {
    if (input === "inputs/run_delta.json") continue;
    test(`${input} gives the members that the index lists`, async () => {
      const { exit, answer } = scene.json([
        ...["run", "record", "--input", vectorPath(input), "--capture-mode", "raw", "--out-dir", "go"],
      ]);
      expect(exit).toBe(0);
      const found = [...(await membersOf(readFileSync(scene.at(answer.bundle ?? ""))))];
      const digests = Object.fromEntries(
        found.map(([path, bytes]) => [path, new Bun.CryptoHasher("sha256").update(bytes).digest("hex")]),
      );
      expect(digests).toEqual(members);
    });
  }
  test("inputs/run_delta.json is refused for its lossy numbers", () => {
    const { exit, answer } = scene.json(["run", "record", "--input", vectorPath("inputs/run_delta.json")]);
    expect([exit, answer.error]).toEqual([6, expect.stringContaining("$.intents[1].args.nums.n_")]);
    expect(answer.hint).toContain("string");
  });
});
