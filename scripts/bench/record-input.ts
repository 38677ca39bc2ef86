/**
 * Writes the record of a large run to a file: `bun scripts/bench/record-input.ts FILE [INTENTS] [lines]`. 200,000 intents
 * with their results make about 145 MB of JSON; with `lines`, only the intents, one per line. The same count
 * gives the same bytes.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const WORDS =
  "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many fore must through back years where much your way".split(
    " ",
  );

const [path, count = "200000", form] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: record-input.ts FILE [INTENTS]");

let state = 20261123;
function random(bound: number): number {
  // xorshift32: the bytes must be the same everywhere, and compress realistically.
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % bound;
}

function sentence(words: number): string {
  return Array.from({ length: words }, () => WORDS[random(WORDS.length)]).join(" ");
}

const fd = openSync(path, "w");
const intents = Number(count);
const isLines = form === "lines";
const write = (text: string): void => {
  writeSync(fd, text);
};
const separated = (index: number, record: object): string =>
  isLines ? `${JSON.stringify(record)}\n` : `${index === 0 ? "" : ","}\n${JSON.stringify(record)}`;

if (!isLines) {
  write(
    '{"run":{"run_id":"run_large","created_at":"2026-11-23T08:00:00Z","env":{"os":"linux","arch":"amd64","runtime":"node"},"timeline":[]},"intents":[',
  );
}
for (let index = 0; index < intents; index += 1) {
  const args = {
    path: `/srv/run_large/${index}.txt`,
    mode: "rw",
    offset: random(1e9),
    ratio: random(1e6) / 1e6,
    content: sentence(88),
  };
  write(separated(index, { intent_id: `intent_${index}`, tool_name: "fs.write", args }));
}
if (!isLines) {
  write('],\n"results":[');
  for (let index = 0; index < intents; index += 1) {
    const result = { ok: random(20) > 0, bytes: random(1e6), message: sentence(20) };
    write(separated(index, { intent_id: `intent_${index}`, status: result.ok ? "ok" : "error", result }));
  }
  write("]}\n");
}
closeSync(fd);
