/**
 * `npm run demo`: a session of an agent, from its transcript to a verdict, and two runs compared, with the executable. Every command is shown as it
 * would be typed, with what it really prints; the exit is 0 only if each ended as it should. What it made stays in demo/.
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "./build.ts";
import { buildElsewhere } from "./demo/build-elsewhere.ts";
import { demoFolder } from "./demo/folder.ts";

const repository = dirname(import.meta.dir);
const session = join(repository, "docs/examples/session.jsonl");
const { folder, shown, note } = demoFolder(join(repository, "demo"));
const gait = executable();
let unexpected = 0;

/** Building writes into the checkout: where it can't, a copy of it is built. */
function executable(): string {
  return note === undefined ? build() : buildElsewhere(repository);
}

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

if (note !== undefined) process.stdout.write(`${note}\n`);
copyFileSync(session, join(folder, "session.jsonl"));

say("A session of Claude Code, as it wrote it down (made for this project): a fix, a failed test, a refused push.");
process.stdout.write(`session.jsonl: ${readFileSync(session).length} bytes\n`);
say("A key to sign with. The public half is for verifiers.");
run(0, "keys", "init", "--out-dir", "keys");
say("One command: recorded, packed with the transcript itself, signed, and a report to look at.");
const kept = ["--capture-mode", "raw", "--keep-source"];
const signed = ["--pack", "--private-key", "keys/gait_private.key"];
run(0, "run", "import", "session.jsonl", ...kept, ...signed, "--html", "report.html", "--out-dir", "out");
const pack = packIn("out");
say("Anyone can check it, offline. With the public key: authentic.");
run(0, "pack", "verify", pack, "--public-key", "keys/gait_public.key", "--require-signature");
say("What did the agent do?");
run(0, "pack", "inspect", pack, "--public-key", "keys/gait_public.key");
say("Does the transcript really say this? Imported again, it gives the same record.");
run(0, "run", "import", "--check", pack);
say("One byte changed: failed, and why.");
const bytes = readFileSync(join(folder, pack));
const middle = Math.floor(bytes.length / 2);
bytes[middle] = (bytes[middle] ?? 0) ^ 1;
writeFileSync(join(folder, "tampered.zip"), bytes);
run(2, "pack", "verify", "tampered.zip", "--public-key", "keys/gait_public.key");
say("The report again, now with the key: its verdict is authentic.");
run(0, "pack", "report", pack, "--public-key", "keys/gait_public.key", "--out", "report.html", "--force");
say("Two runs at the same task, recorded by the program that ran the agent: a fix, and its relapse a day later.");
for (const [input, id, out] of [
  ["run.json", "run_fix_rounding", "fix.zip"],
  ["run-again.json", "run_fix_rounding_again", "relapse.zip"],
] as const) {
  copyFileSync(join(repository, "docs/examples", input), join(folder, input));
  run(0, "run", "record", "--input", input, "--capture-mode", "raw", "--out-dir", "out");
  run(0, "pack", "build", "--from", `out/runpack_${id}.zip`, "--out", out, "--private-key", "keys/gait_private.key");
}
say("What changed between them? The exit says that something did.");
run(2, "pack", "diff", "fix.zip", "relapse.zip", "--public-key", "keys/gait_public.key");
const both = ["fix.zip", "relapse.zip", "--public-key", "keys/gait_public.key"];
run(0, "pack", "report", ...both, "--out", "compared.html");
process.stdout.write(
  unexpected === 0
    ? `\nEvery step ended as it should. Open ${join(shown, "report.html")} and ${join(shown, "compared.html")} in a browser.\nThe signed pack is ${join(shown, pack)}.\n`
    : `\n${unexpected} steps did not end as they should.\n`,
);
process.exitCode = unexpected === 0 ? 0 : 1;
