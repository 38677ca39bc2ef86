/** A source with something wrong in it. */
import type { SeededRandom } from "../../fuzz/random.ts";

const ODD_VALUES: readonly unknown[] = [null, [], {}, "", "x", 0, -1.5, true, ["x"], { type: "x" }, "2026-01-01", 1e21];
const ODD_TEXTS = ['"', "{", "}", "]", ",", "\\", "\0", "\n", "\\ud800", "1e999", "9007199254740993", "null", "é"];

/** One to four damages to the text. */
export function damaged(text: string, random: SeededRandom): string {
  let now = text;
  for (let times = 1 + random.below(4); times > 0; times -= 1) now = random.pick(DAMAGES)(now, random);
  return now;
}

type Damage = (text: string, random: SeededRandom) => string;

const DAMAGES: readonly Damage[] = [
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + random.pick(ODD_TEXTS) + text.slice(at + random.below(3));
  },
  byLines((lines, random) => lines.splice(random.below(lines.length), 0, random.pick(lines))),
  byLines((lines, random) => lines.splice(random.below(lines.length), 1)),
  byLines((lines, random) => {
    const [left, right] = [random.below(lines.length), random.below(lines.length)];
    [lines[left], lines[right]] = [lines[right] as string, lines[left] as string];
  }),
  oddValue,
  oddValue,
  oddValue,
];

function byLines(change: (lines: string[], random: SeededRandom) => void): Damage {
  return (text, random) => {
    const lines = text.split("\n");
    change(lines, random);
    return lines.join("\n");
  };
}

/** Another value in the place of one in a line, or in the document; or a member less, or one twice. */
function oddValue(text: string, random: SeededRandom): string {
  const whole = parsed(text);
  if (whole !== undefined) return JSON.stringify(changed(whole, random), undefined, 1);
  return byLines((lines) => {
    const at = random.below(lines.length);
    const value = parsed(lines[at] as string);
    if (value !== undefined) lines[at] = JSON.stringify(changed(value, random));
  })(text, random);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function changed(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== "object" || value === null || random.once(8)) return random.pick(ODD_VALUES);
  const names = Object.keys(value);
  if (names.length === 0) return random.pick(ODD_VALUES);
  const name = random.pick(names);
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as { [name: string]: unknown };
  if (random.once(12)) {
    if (Array.isArray(copy)) copy.splice(Number(name), 1);
    else delete copy[name];
  } else copy[name] = changed(copy[name], random);
  return copy;
}
