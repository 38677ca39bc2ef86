/**
 * Writes the record of a large run to a file: `bun scripts/bench/record-input.ts FILE [INTENTS] [lines] [CONTENT]`. 200,000
 * intents with their results make about 145 MB of JSON; with `lines`, only the intents, one per line. CONTENT is `short`
 * (records of one shape, the default), `long` (results of 4.5 KB of text) or `shapes` (no two records alike: names, nesting,
 * escapes, other alphabets, numbers of many digits). The same arguments give the same bytes.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const WORDS =
  "the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you were all her she there would their we him been has when who will no more if out so up said what its about than into them can only other time new some could these two may first then do any like my now over such our man me even most made after also did many fore must through back years where much your way".split(
    " ",
  );

const [path, count = "200000", form, content = "short"] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: record-input.ts FILE [INTENTS] [lines|document] [short|long|shapes]");

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

/** A value of a kind taken by chance, with others in it down to a depth of 3. */
function anyValue(depth: number): unknown {
  switch (random(depth < 3 ? 9 : 6)) {
    case 0:
      return random(1e6);
    case 1:
      return (random(2 ** 31) / 2 ** 31) * 10 ** (random(20) - 5);
    case 2:
      return [true, false, null][random(3)];
    case 3:
      return `${sentence(1 + random(12))}\n\t"quoted" \\ end`;
    case 4:
      return Array.from({ length: 1 + random(30) }, () => "é中😀Ab".slice(random(4)))
        .join("")
        .slice(0, 30)
        .toWellFormed();
    case 5:
      return sentence(1 + random(25));
    case 6:
      return Array.from({ length: random(5) }, () => anyValue(depth + 1));
    default:
      return anyObject(depth + 1, random(6));
  }
}

function anyObject(depth: number, members: number): object {
  return Object.fromEntries(
    Array.from({ length: members }, () => [`${WORDS[random(WORDS.length)]}${random(100)}`, anyValue(depth)]),
  );
}

function argsOf(index: number): object {
  if (content === "shapes") return anyObject(0, 2 + random(7));
  if (content === "long") return { command: sentence(20) };
  return {
    path: `/srv/run_large/${index}.txt`,
    mode: "rw",
    offset: random(1e9),
    ratio: random(1e6) / 1e6,
    content: sentence(88),
  };
}

function resultOf(): object {
  if (content === "shapes") return anyObject(0, 2 + random(7));
  if (content === "long") return { content: sentence(950), exit_code: 0 };
  return { ok: random(20) > 0, bytes: random(1e6), message: sentence(20) };
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
  write(separated(index, { intent_id: `intent_${index}`, tool_name: "fs.write", args: argsOf(index) }));
}
if (!isLines) {
  write('],\n"results":[');
  // One call more changes no other's result.
  state = 20261124;
  for (let index = 0; index < intents; index += 1) {
    const result = resultOf();
    const isError = "ok" in result && result.ok === false;
    write(separated(index, { intent_id: `intent_${index}`, status: isError ? "error" : "ok", result }));
  }
  write("]}\n");
}
closeSync(fd);
