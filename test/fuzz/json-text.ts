/** JSON texts changed: as values, and into texts that no value has. */
import type { JsonValue } from "../../src/schema/document/primitives.ts";
import type { SeededRandom } from "./random.ts";

const TEXTS = [
  ..."|x|0|null|../x|run_alpha|ed25519|raw|reference|run|job|running|completed|\u0000|\ud83d\ude00|é|e\u0301|ｅ".split(
    "|",
  ),
  ...["0".repeat(64), "A".repeat(64), "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"],
  ...["gait.pack.manifest", "gait.guard.pack_manifest", "gait.runpack.manifest", "1.0.0", " run_alpha ", "\u202ex"],
];
const NUMBERS = [0, -0, 1, -1, 2, 0.5, 1e21, 1e-7, 5e-324, 2 ** 53, 2 ** 53 - 1, 1.7976931348623157e308];
const NAMES = ["__proto__", "constructor", "x", "SCHEMA_ID", "path", "sha256", "signatures", "", "toString", "args"];

type Container = JsonValue[] | { [name: string]: JsonValue };

/** `value` with one or a few things changed. */
export function changeValue(value: JsonValue, random: SeededRandom): JsonValue {
  const copy = structuredClone(value);
  const places: [Container, string | number][] = [];
  collect(copy, places);
  if (places.length === 0) return scalar(random);
  for (let left = random.once(4) ? 1 + random.below(3) : 1; left > 0; left -= 1) {
    const [holder, key] = random.pick(places);
    change(holder, key, places, random);
  }
  return copy;
}

function collect(value: JsonValue, places: [Container, string | number][]): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    places.push([value, key]);
    collect((value as Record<string | number, JsonValue>)[key] ?? null, places);
  }
}

function change(
  holder: Container,
  key: string | number,
  places: readonly [Container, string | number][],
  random: SeededRandom,
) {
  const record = holder as Record<string | number, JsonValue>;
  const old = record[key] ?? null;
  const [otherHolder, otherKey] = random.pick(places);
  const other = structuredClone((otherHolder as Record<string | number, JsonValue>)[otherKey] ?? null);
  random.pick([
    () => define(record, key, scalar(random)),
    () => define(record, key, near(old, random)),
    () => define(record, key, near(old, random)),
    () => define(record, key, other),
    () => (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete record[key]),
    () => (Array.isArray(holder) ? holder.push(structuredClone(old)) : define(record, random.pick(NAMES), old)),
    () => (Array.isArray(holder) ? holder.reverse() : define(record, String(key).toUpperCase(), old)),
    () => define(record, key, random.pick([[], {}, null, [old], { x: old }])),
  ])();
}

/** An own member, by any name. */
function define(holder: Record<string | number, JsonValue>, key: string | number, value: JsonValue): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function scalar(random: SeededRandom): JsonValue {
  return random.pick<() => JsonValue>([() => random.pick(TEXTS), () => random.pick(NUMBERS), () => null, () => true])();
}

/** Something that is almost `value`. */
function near(value: JsonValue, random: SeededRandom): JsonValue {
  if (typeof value === "number") return value + random.pick([1, -1, 0.5]);
  if (typeof value === "boolean") return !value;
  if (typeof value !== "string") return value;
  const at = random.below(value.length);
  return random.pick([
    () => value.toUpperCase(),
    () => ` ${value}`,
    () => `${value}\u200b`,
    () => value.slice(0, at) + value.slice(at + 1),
    () => `${value.slice(0, at)}${random.pick(["0", "1", "a", "/", "="])}${value.slice(at + 1)}`,
  ])();
}

/** `text` spelled differently, or so that it has two readings, or no valid one. */
export function changeText(text: string, random: SeededRandom): string {
  const at = random.below(text.length);
  const name = /"([a-z_]+)":/g;
  const names = [...text.matchAll(name)];
  const one = random.pick(names)?.[0] ?? '"x":';
  const escaped = one.replace(/"(.)/, (_, first: string) => `"\\u00${first.charCodeAt(0).toString(16)}`);
  return random.pick([
    () => text.replace("{", `{${one}null,`),
    () => text.replace("{", `{${escaped}0,`),
    () => text.replace(one, escaped),
    () => `\ufeff${text}`,
    () => `${text}${text}`,
    () => `${text}\n\n \t`,
    () => text.replaceAll(",", ",\n "),
    () =>
      text.replace(/\d+/, (digits) =>
        random.pick([`${digits}.0`, `0${digits}`, `${digits}e0`, `${digits}0000000000000001`]),
      ),
    () => text.slice(0, at) + text.slice(at + 1),
    () =>
      `${text.slice(0, at)}${random.pick([",", "}", "]", '"', "\\", "\0", "\ud800", "{", "[", "\r", " "])}${text.slice(at)}`,
    () => "[".repeat(600) + text,
  ])();
}
