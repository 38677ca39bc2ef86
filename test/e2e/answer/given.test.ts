/** Ways to give inputs: pipes, `-`, comma lists, bytes that are not UTF-8, outputs that are inputs, a closed output. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, linkSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash } from "../gait.ts";

const KEYS = join(import.meta.dir, "../../vectors/keys");

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  for (const name of ["test_public.key", "test_private.key"]) copyFileSync(join(KEYS, name), scene.at(name));
  const built = bash(
    `chmod 600 test_private.key; "$GAIT" run record --input run.json --run-id r && "$GAIT" run record --input run-again.json --run-id s &&
     "$GAIT" pack build --from r --private-key test_private.key --out run.zip && "$GAIT" pack build --from s --out again.zip`,
    { cwd: scene.path },
  );
  expect(built).toMatchObject({ exit: 0 });
});
afterAll(() => scene.remove());

const inFolder = (script: string) => bash(script, { cwd: scene.path });

describe.skipIf(process.platform === "win32")("an input that is read once may come from a pipe", () => {
  const calls: Record<string, string> = {
    "a public key": '"$GAIT" pack verify run.zip --public-key <(cat test_public.key) --require-signature',
    "a private key": '"$GAIT" pack build --from r --private-key <(cat test_private.key) --out piped.zip',
    "a record": '"$GAIT" run record --input <(cat run.json) --out-dir piped',
    "a record, slowly": '"$GAIT" run record --input <(sleep 0.2; cat run.json) --out-dir piped2',
    "its parts":
      '"$GAIT" run record --run <(echo \'{"run_id":"p"}\') --intents <(echo \'{"intent_id":"a","tool_name":"t","args":{}}\') --out-dir piped3',
    "a list": '"$GAIT" pack verify --files-from <(echo run.zip)',
    "the standard input by its path":
      'cat test_public.key | "$GAIT" pack verify run.zip --public-key /dev/stdin --require-signature',
  };
  for (const [what, script] of Object.entries(calls)) {
    test(what, () => expect(inFolder(script)).toMatchObject({ exit: 0 }));
  }
  test("an empty pipe is refused", () => {
    const { exit, stderr } = inFolder('"$GAIT" run record --input <(true)');
    expect([exit, stderr]).toEqual([6, expect.stringContaining("nothing is written to it")]);
  });
  test("a pack is read more than once, and the hint says so", () => {
    const { exit, stderr } = inFolder('"$GAIT" pack verify <(cat run.zip)');
    expect([exit, stderr]).toEqual([6, expect.stringContaining("write it to a file first")]);
  });
});

describe("an output that is an input is refused before anything is written", () => {
  const calls: Record<string, [file: string, args: string]> = {
    "pack build": ["gait-out/runpack_r.zip", "pack build --from gait-out/runpack_r.zip --out gait-out/runpack_r.zip"],
    "pack build by id": ["gait-out/runpack_r.zip", "pack build --from r --out ./gait-out/../gait-out/runpack_r.zip"],
    "pack build over its key": [
      "test_private.key",
      "pack build --from r --private-key test_private.key --out test_private.key",
    ],
    "pack diff": ["run.zip", "pack diff run.zip again.zip --output run.zip"],
    "pack diff, right": ["again.zip", "pack diff run.zip again.zip --output again.zip"],
    "pack diff over its key": [
      "test_public.key",
      "pack diff run.zip again.zip --public-key test_public.key --output test_public.key",
    ],
    "pack report": ["run.zip", "pack report run.zip --out run.zip"],
    "pack report by a hard link": ["run.zip", "pack report hard.zip --out run.zip"],
    "pack report by a symbolic link": ["run.zip", "pack report soft.zip --out run.zip"],
    "guard pack": ["gait-out/runpack_r.zip", "guard pack --run r --out gait-out/runpack_r.zip"],
    "guard pack over its evidence": [
      "trace_t.json",
      "guard pack --run r --trace x.json,trace_t.json --out trace_t.json",
    ],
    "run record": ["in/runpack_r.zip", "run record --input in/runpack_r.zip --run-id r --out-dir in"],
  };
  beforeAll(() => {
    linkSync(scene.at("run.zip"), scene.at("hard.zip"));
    symlinkSync("run.zip", scene.at("soft.zip"));
    for (const name of ["trace_t.json", "x.json"]) writeFileSync(scene.at(name), "{}");
    expect(inFolder("mkdir in && cp run.json in/runpack_r.zip")).toMatchObject({ exit: 0 });
  });
  for (const [name, [file, args]] of Object.entries(calls)) {
    test(name, () => {
      const before = readFileSync(scene.at(file));
      const files = scene.files();
      const { exit, answer } = scene.json([...args.split(" "), "--force"]);
      expect([exit, answer.error]).toEqual([
        6,
        expect.stringMatching(/^the output .* is one of the inputs$|^trace_t|^x\.json/),
      ]);
      expect(readFileSync(scene.at(file)).equals(before)).toBe(true);
      expect(scene.files()).toEqual(files);
    });
  }
});

describe("comma lists", () => {
  test("an empty name in one is refused", () => {
    for (const list of [",", "a.json,", ",a.json", "a.json,,b.json", " "]) {
      const { exit, answer } = scene.json(["guard", "pack", "--run", "r", "--trace", list, "--out", "g.zip"]);
      expect([list, exit, answer.error]).toEqual([list, 6, expect.stringContaining("--trace has an empty name")]);
    }
  });
  test("a file whose name has commas is found", () => {
    writeFileSync(scene.at("a,b,c.json"), "no JSON");
    const { answer } = scene.json(["guard", "pack", "--run", "r", "--trace", "a,b,c.json", "--out", "g.zip"]);
    expect(answer.error).toContain("a,b,c.json: line 1");
  });
});

test.skipIf(process.platform !== "linux")("arguments that are not UTF-8 are refused and shown", () => {
  for (const [script, shown] of [
    ["pack verify $'caf\\xe9.zip'", "argument 3 is not UTF-8: caf\\xe9.zip"],
    ["job checkpoint add --id j --root jobs --type progress --summary $'d\\xe9p'", "argument 11 is not UTF-8: d\\xe9p"],
    ["pack verify $'\\xef\\xbf\\xbd.zip'", "does not exist"],
  ]) {
    const { exit, stderr } = inFolder(`"$GAIT" ${script}`);
    expect([exit, stderr]).toEqual([6, expect.stringContaining(shown as string)]);
  }
});

test.skipIf(process.platform !== "linux")("an answer that can't be written is exit 6, however the output fails", () => {
  for (const output of [">&-", ">/dev/full", "<&- >&-"]) {
    for (const command of ["pack verify run.zip", "pack verify run.zip again.zip", "version"]) {
      const { exit, stderr } = inFolder(`"$GAIT" ${command} ${output}`);
      expect([output, exit, stderr]).toEqual([output, 6, expect.stringContaining("could not be written")]);
    }
  }
  for (const output of [">/dev/null", "1<>/dev/null", "2>&- >/dev/null", "| head -c 0"]) {
    expect([output, inFolder(`"$GAIT" pack verify run.zip ${output}`).exit]).toEqual([output, 0]);
  }
});

describe("what people see", () => {
  test("one byte is a byte, and a limit is the one that was given", () => {
    writeFileSync(scene.at("tail.zip"), Buffer.concat([readFileSync(scene.at("run.zip")), Buffer.from("x")]));
    expect(inFolder('"$GAIT" pack verify tail.zip').stderr).toContain("followed by 1 byte\n");
    const { stderr } = inFolder('"$GAIT" pack verify run.zip --max-entries 3');
    expect(stderr).toContain("more than 3 entries");
    expect(stderr).toContain("at most 3\n");
  });
  test("an environment that may not have been stated", () => {
    const { stdout, stderr } = inFolder(
      `echo '{"run":{"run_id":"silent"},"intents":[{"tool_name":"t","args":{}}]}' | "$GAIT" run record --input - &&
       "$GAIT" run inspect silent`,
    );
    expect(stderr).toContain("warning: run.env leaves out what is recorded by default");
    expect(stdout).toContain("go (or not stated: the default)\n");
    expect(inFolder('"$GAIT" run inspect r').stdout).not.toContain("not stated: the default");
  });
  test("nothing is cut in a pipe", () => {
    const id = `i${"d".repeat(100)}`;
    const { stdout } = inFolder(
      `echo '{"run":{"run_id":"long"},"intents":[{"intent_id":"${id}","tool_name":"${id}","args":{}}]}' |
         "$GAIT" run record --input - 2>&1 && "$GAIT" run inspect long --timeline | cat`,
    );
    expect(stdout).toContain(id);
    expect(stdout).not.toContain("\u2026");
  });
});
