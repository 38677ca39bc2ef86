/** Lines of records that are hardly alike, and numbers at the edge of what a double holds, by a seeded chance. */

/** A whole number from 0 to below its argument (xorshift32). */
export type Chance = (below: number) => number;

export function chances(seed: number): Chance {
  let state = (seed * 0x9e3779b9) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const doubles = new Float64Array(1);
const words = new Uint32Array(doubles.buffer);

/** A finite double of any bits, or one of a usual size. */
function double(chance: Chance): number {
  const how = chance(4);
  if (how === 0) return chance(1 << 30) / (1 + chance(1 << 20));
  if (how === 1) return (chance(1 << 30) * 2 ** 23 + chance(1 << 23)) / 10 ** chance(23);
  words[0] = chance(2 ** 32);
  words[1] = how === 2 ? ((0x3c0 + chance(0x80)) << 20) | chance(1 << 20) : chance(2 ** 32);
  return Number.isFinite(doubles[0]) ? (doubles[0] as number) : 0.5;
}

/** Of 14 to 19 digits: as ES6 writes it, with a last digit that is another, or with more of them. */
export function longNumber(chance: Chance): string {
  const value = double(chance);
  const how = chance(8);
  if (how === 0) return value.toPrecision(15 + chance(4));
  if (how === 1) return value.toExponential(13 + chance(6));
  if (how === 2) {
    const digits = `${1 + chance(9)}${Array.from({ length: 13 + chance(6) }, () => chance(10)).join("")}`;
    const point = chance(digits.length + 1);
    if (point === 0) return `0.${"0".repeat(chance(7))}${digits}`;
    return point === digits.length ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  }
  if (how === 3) {
    // Beside a power of two.
    words[0] = chance(3) - 1;
    words[1] = (0x3d0 + chance(0x60)) << 20;
    return (doubles[0] as number).toPrecision(15 + chance(3));
  }
  const text = String(value);
  if (how > 5) return text;
  const at = text.search(/e|$/);
  const last = text.charCodeAt(at - 1) - 0x30;
  const other = (last + [1, 9, 2, 8, 5][chance(5)]!) % 10;
  return how === 4
    ? `${text.slice(0, at - 1)}${other}${text.slice(at)}`
    : `${text.slice(0, at)}${text.includes(".") ? chance(100) : ""}${text.slice(at)}`;
}

const PIECES = [
  "the ",
  "and",
  "\\n",
  "\\u00e9",
  '\\"',
  "é",
  "漢字",
  "🙂",
  "\\ud83d\\ude00",
  "a".repeat(17),
  "/",
  "\\\\",
  "x1",
];

function text(chance: Chance): string {
  return Array.from({ length: chance(12) }, () => PIECES[chance(PIECES.length)]).join("");
}

function value(chance: Chance, depth: number): string {
  const how = chance(depth > 3 ? 5 : 8);
  if (how === 0) return String(chance(1 << 20));
  if (how === 1) return ["true", "false", "null", "-0", "1e3", "0.5"][chance(6)] as string;
  if (how === 2) return String(chance(1 << 30) / (1 + chance(1 << 20)));
  if (how < 5) return `"${text(chance)}"`;
  if (how === 5)
    return `[${Array.from({ length: chance(5) }, () => value(chance, depth + 1)).join(chance(2) === 0 ? "," : " , ")}]`;
  const names = new Set(
    Array.from(
      { length: chance(7) },
      () => ["path", "id", "n", "é", "content", "abcdefgh", `k${chance(40)}`, "with a long name"][chance(8)],
    ),
  );
  return `{${Array.from(names, (name) => `"${name}"${chance(9) === 0 ? " " : ""}:${value(chance, depth + 1)}`).join(",")}}`;
}

/** A sound intent; no two are alike. */
export function evidenceLine(chance: Chance): string {
  const digest = Array.from({ length: 8 }, () =>
    chance(2 ** 32)
      .toString(16)
      .padStart(8, "0"),
  ).join("");
  const args = `{"a":${value(chance, 0)},"b":${value(chance, 0)}}`;
  return `{${chance(3) === 0 ? "" : `"args":${args},`}"args_digest":"${digest}","created_at":"2026-11-24T20:23:${10 + chance(50)}.800Z","intent_id":"intent_${chance(2 ** 31)}","producer_version":"${chance(3)}","run_id":"${chance(9) === 0 ? "other" : "run"}","schema_id":"gait.runpack.intent","schema_version":"1.0.0","tool_name":"fs.${["read", "write", "é"][chance(3)]}"}`;
}
