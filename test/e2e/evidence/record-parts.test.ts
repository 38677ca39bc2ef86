/** `run record` from parts, by the executable: which parts combine, what a failure leaves, and memory use. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bash, GAIT, gait } from "../gait.ts";
import { Launcher } from "../launcher.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-parts-"));
  const { run, intents, results, refs } = JSON.parse(
    readFileSync(join(import.meta.dir, "../../../docs/examples/run.json"), "utf8"),
  );
  const lines = (records: object[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");
  writeFileSync(join(folder, "whole.json"), JSON.stringify({ run, intents, results, refs }));
  writeFileSync(join(folder, "pretty.json"), JSON.stringify({ intents }, undefined, 2));
  writeFileSync(join(folder, "run.json"), JSON.stringify(run));
  writeFileSync(join(folder, "refs.json"), JSON.stringify(refs));
  writeFileSync(join(folder, "intents.jsonl"), lines(intents));
  writeFileSync(join(folder, "results.jsonl"), lines(results));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RECORD = ["run", "record"];
const PARTS = ["--run", "run.json", "--intents", "intents.jsonl", "--results", "results.jsonl", "--refs", "refs.json"];

describe("the runpack's bytes equal those from --input", () => {
  const of = (args: readonly string[], out: string): Buffer => {
    const { exit, stderr } = gait([...RECORD, ...args, "--out-dir", out], { cwd: folder });
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    const [name = ""] = readdirSync(join(folder, out));
    return readFileSync(join(folder, out, name));
  };
  test("from files, in either mode", () => {
    for (const mode of ["raw", "reference"]) {
      const flags = ["--capture-mode", mode];
      const parts = of([...PARTS, ...flags], `parts-${mode}`);
      expect(parts.equals(of(["--input", "whole.json", ...flags], mode))).toBe(true);
    }
  });
  test("with each part from the standard input", () => {
    const whole = of(["--input", "whole.json"], "whole");
    for (const flag of ["--run", "--intents", "--results", "--refs"]) {
      const file = PARTS[PARTS.indexOf(flag) + 1];
      const args = PARTS.map((word) => (word === file ? "-" : word)).join(" ");
      const { exit, stderr } = bash(`"$GAIT" run record ${args} --out-dir from${flag} < ${file}`, { cwd: folder });
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      const [name = ""] = readdirSync(join(folder, `from${flag}`));
      expect(whole.equals(readFileSync(join(folder, `from${flag}`, name)))).toBe(true);
    }
  });
});

describe("a usage error is refused, and leaves nothing", () => {
  const CASES: readonly (readonly [string, readonly string[], string])[] = [
    ["a document and a part", ["--input", "whole.json", "--refs", "refs.json"], "--input whole.json and --refs are"],
    ["a document by position and a part", ["whole.json", "--run", "run.json"], "whole.json and --run are both given"],
    ["two parts from the standard input", ["--run", "run.json", "--intents", "-", "--results", "-"], "--intents and"],
    ["nothing", [], "the input is missing"],
    ["parts without a run id", ["--intents", "intents.jsonl"], "the run id is empty"],
    ["a file that is not there", ["--run", "run.json", "--intents", "none.jsonl"], "none.jsonl"],
    ["a folder", ["--run", "run.json", "--intents", "."], "a regular file is needed"],
    ["lines that are not records", ["--run", "run.json", "--intents", "pretty.json"], "pretty.json: line 1, column 2"],
    ["a run that is JSONL", ["--run", "intents.jsonl"], "intents.jsonl: line 2, column 1"],
  ];
  for (const [name, args, message] of CASES) {
    test(name, () => {
      const { exit, stdout, stderr } = gait([...RECORD, ...args, "--out-dir", "refused"], { cwd: folder });
      expect({ exit, stdout }).toEqual({ exit: 6, stdout: "" });
      expect(stderr).toContain(message);
      expect(stderr).toContain("hint: ");
      const left = existsSync(join(folder, "refused")) ? readdirSync(join(folder, "refused")) : [];
      expect(left).toEqual([]);
    });
  }
});

const long = process.env["GAIT_LONG"] === "1";

describe("memory does not grow with the run (GAIT_LONG=1)", () => {
  const peakOf = async (records: number): Promise<number> => {
    using launcher = new Launcher();
    const write = `
      import { closeSync, openSync, writeSync } from "node:fs";
      for (const [name, body] of [["intents", "args"], ["results", "result"]]) {
        const fd = openSync(name + ".large", "w");
        for (let from = 0; from < ${records}; from += 100) {
          let text = "";
          for (let at = from; at < from + 100; at++) {
            const noise = Array.from({ length: 60 }, (_, k) => (at * 2654435761 * (k + 1)).toString(36)).join(" ");
            text += JSON.stringify({ intent_id: "intent_" + at, [body]: { at, noise, pad: "lorem ipsum ".repeat(700) } }) + "\\n";
          }
          writeSync(fd, text);
        }
        closeSync(fd);
      }`;
    expect(Bun.spawnSync([process.execPath, "-e", write], { cwd: folder }).exitCode).toBe(0);
    const parts = [...PARTS.slice(0, 2), "--intents", "intents.large", "--results", "results.large"];
    const command = [GAIT, ...RECORD, ...parts, "--capture-mode", "raw", "--force"];
    const { exit, peakBytes } = await launcher.run(command, folder);
    expect(exit).toBe(0);
    return peakBytes / 1e6;
  };
  test.skipIf(!long)(
    "of 100 MB and of 1 GB",
    async () => {
      const small = await peakOf(5_000);
      const large = await peakOf(50_000);
      expect(large).toBeLessThan(300);
      expect(large - small).toBeLessThan(60);
    },
    600_000,
  );
});
