/**
 * `npm run demo`: an agent's run, from its record to a verdict, with the executable and in a folder of its own. Every
 * command is shown as it would be typed, with what it really prints; the exit is 0 only if each ended as it should.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "./build.ts";
import { runAgent } from "./demo/agent.ts";

const repository = dirname(import.meta.dir);
const gait = build();
const folder = mkdtempSync(join(tmpdir(), "gait-demo-"));
let unexpected = 0;

function say(text: string): void {
  process.stdout.write(`\n# ${text}\n`);
}

function run(expected: number, ...words: string[]): void {
  process.stdout.write(`$ gait ${words.join(" ")}\n`);
  const { exitCode, stdout, stderr } = Bun.spawnSync([gait, ...words], { cwd: folder, stdin: "ignore" });
  process.stdout.write(`${stdout}${stderr}`);
  if (exitCode !== 0) process.stdout.write(`(exit ${exitCode})\n`);
  if (exitCode !== expected) {
    unexpected += 1;
    process.stdout.write(`UNEXPECTED: the exit should be ${expected}\n`);
  }
}

function packIn(out: string): string {
  const name = readdirSync(join(folder, out)).find((each) => each.startsWith("pack_"));
  if (name === undefined) throw new Error(`no pack in ${out}`);
  return `${out}/${name}`;
}

try {
  say(
    "An agent surveys the schemas of this repository; its runtime writes down every call. Twice, with other questions.",
  );
  for (const [id, question] of [
    ["survey_1", "signatures"],
    ["survey_2", "sha256"],
  ] as const) {
    const record = runAgent(id, repository, join(folder, id), question);
    writeFileSync(join(folder, `${id}.json`), `${JSON.stringify(record, null, 2)}\n`);
    process.stdout.write(`${id}.json: ${readFileSync(join(folder, `${id}.json`)).length} bytes\n`);
  }
  say("A key to sign with. The public half goes to whoever verifies.");
  run(0, "keys", "init", "--out-dir", "keys");
  say("The records become runpacks. Digests only: arguments and results stay where they are.");
  run(0, "run", "record", "--input", "survey_1.json", "--out-dir", "first");
  run(0, "run", "record", "--input", "survey_2.json", "--out-dir", "second");
  say("What did the agent do, call by call?");
  run(0, "run", "inspect", "first/runpack_survey_1.zip");
  say("Each runpack becomes a signed pack.");
  run(0, "pack", "build", "--from", "first/runpack_survey_1.zip", "--private-key", "keys/gait_private.key");
  run(0, "pack", "build", "--from", "second/runpack_survey_2.zip", "--private-key", "keys/gait_private.key");
  const pack = packIn("first");
  say("Anyone can check it, offline. With the public key: authentic.");
  run(0, "pack", "verify", pack, "--public-key", "keys/gait_public.key", "--require-signature");
  say("One byte changed: failed, and why.");
  const bytes = readFileSync(join(folder, pack));
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(join(folder, "tampered.zip"), bytes);
  run(2, "pack", "verify", "tampered.zip", "--public-key", "keys/gait_public.key");
  say("What is in the pack?");
  run(0, "pack", "inspect", pack);
  say("What changed since the other run?");
  run(2, "pack", "diff", pack, packIn("second"));
  say("And a page for people, to open in a browser.");
  run(0, "pack", "report", pack, packIn("second"), "--public-key", "keys/gait_public.key", "--out", "report.html");
  process.stdout.write(
    unexpected === 0 ? "\nEvery step ended as it should.\n" : `\n${unexpected} steps did not end as they should.\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = unexpected === 0 ? 0 : 1;
