/**
 * `npm run bench -- [--quick] [--write] [WORD...]`: whole processes of the executable beside a peer that does the same work in the
 * same run, as a table with the goals. Machines are noisy: read the ratios. Nothing here is a test. With words, only the
 * named rows are made: stored lines parts small many record transcripts accounts jobCommand memory growth jobPack collection bucketStore
 * storedPacks catalog.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { GOALS } from "./goals.ts";
import { markdown, type Row, run } from "./measure.ts";
import { FULL, QUICK, Scene } from "./scene.ts";

const MARK = "<!-- bench -->";

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" } },
  allowPositionals: true,
});
const scene = new Scene(values.quick ? QUICK : FULL);
const rows: Row[] = [];
try {
  for (const goal of GOALS) {
    if (positionals.length > 0 && !positionals.includes(goal.name)) continue;
    const start = performance.now();
    try {
      rows.push(...[await goal(scene)].flat());
    } catch (error) {
      // The other rows took minutes.
      process.stderr.write(`${goal.name}: ${error}\n`);
      process.exitCode = 1;
    }
    process.stderr.write(`${goal.name}: ${Math.round((performance.now() - start) / 1000)} s\n`);
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
