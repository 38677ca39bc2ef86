/**
 * `npm run bench -- [--quick] [--write] [WORD...]`: whole processes of the executable beside a peer that does the same work in the
 * same run, as a table with the goals. Machines are noisy: read the ratios. Nothing here is a test. With words, only the
 * named rows are made: stored lines parts small many record memory growth job.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GOALS } from "./goals.ts";
import { markdown, measure, type Row, run, secondsText, shown } from "./measure.ts";
import { FULL, QUICK, Scene } from "./scene.ts";

const MARK = "<!-- bench -->";

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" } },
  allowPositionals: true,
});
const scene = new Scene(values.quick ? QUICK : FULL);
const rows: Row[] = [];
try {
  for (const goal of [...GOALS, job]) {
    const isAsked = positionals.length === 0 || positionals.includes(goal.name);
    if (!isAsked || (goal.name === "parts" && !(positionals.length === 0 || positionals.includes("lines")))) continue;
    process.stderr.write(`${goal.name}\n`);
    rows.push(...[goal(scene)].flat());
  }
  const [cpu] = cpus();
  const { text } = run([scene.gait, "version"], scene.folder, "pipe");
  const [version = "", commit = ""] = text.split("\n").map((line) => line.trim().replaceAll(/ +/g, " "));
  const place = `${cpus().length} x ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`;
  const words = [...(values.quick ? ["--quick"] : []), ...positionals];
  const command = ["npm run bench", ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
  const date = new Date().toISOString().slice(0, 10);
  const source = `${date}, ${version}, ${commit}, ${place}: \`${command}\``;
  const table = markdown(rows);
  console.log(`${table}\n\n${source}`);
  if (values.write) writeTable(table, source, positionals.length > 0);
} finally {
  scene.dispose();
}

/** No goal: a job's log is read event by event, which no other program does. */
function job(bench: Scene): Row {
  const { gait, folder, sizes } = bench;
  const events = sizes.recordedIntents * 5;
  bench.jobLog("long", events);
  const built = run([gait, "pack", "build", "--type", "job", "--from", bench.at("long"), "--out", "job.zip"], folder);
  const verified = measure([gait, "pack", "verify", "job.zip"], folder, 3);
  const peer = measure(bench.python("peer.py", "verify", "job.zip"), folder, 3);
  bench.remove("long", "job.zip");
  return {
    work: `verify the pack of a job of ${events} events`,
    own: `${shown(verified)}; to build it: ${shown(built)}`,
    peer: `python zipfile + hashlib, no JSON: ${secondsText(peer.seconds)}`,
    result: `${(peer.seconds / verified.seconds).toFixed(2)}x`,
    goal: "",
    isMet: undefined,
  };
}

/**
 * Puts the table into the page, in place of the one between two marks. When only some rows were made, the
 * others are kept, with the line that gives their origin.
 */
function writeTable(table: string, source: string, isPartial: boolean): void {
  const path = join(import.meta.dir, "../../docs/performance.md");
  const [before, old, after] = readFileSync(path, "utf8").split(MARK);
  if (before === undefined || old === undefined || after === undefined) {
    throw new Error(`${path} does not have two lines ${MARK}`);
  }
  const kept = isPartial ? old.split("\n") : [];
  const isRow = (line: string): boolean => line.startsWith("|");
  const lines = new Map([...kept.filter(isRow), ...table.split("\n")].map((line) => [workOf(line), line]));
  const sources = [...kept.filter((line) => line !== "" && !isRow(line)), source];
  writeFileSync(path, [before, `\n${[...lines.values()].join("\n")}\n\n${sources.join("\n\n")}\n`, after].join(MARK));
}

/** The first cell of a row, its key. */
function workOf(line: string): string {
  return line.split(" | ")[0] ?? line;
}
