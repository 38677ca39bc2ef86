/** Documents changed at random, anywhere in them. */
import fc from "fast-check";

/** Changed documents of each kind; there are about 50 kinds. */
export const RUNS = process.env["GAIT_LONG"] === "1" ? 5000 : 200;

interface Change {
  readonly what: string;
  readonly where: number;
  readonly name: string;
  readonly value: unknown;
}

const name = fc.oneof(fc.constantFrom("schema_id", "path", "error", "signatures", "toString"), fc.string());
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, "", " ", "1.0.0", "0".repeat(64), "2026-02-02T02:15:00Z", -1, 0.5, 2 ** 53, [], {}),
);
const change: fc.Arbitrary<Change> = fc.record({
  what: fc.constantFrom("delete", "replace", "add"),
  where: fc.nat(),
  name,
  value,
});

export const changes = fc.array(change, { minLength: 1, maxLength: 3 });

export function changed(good: unknown, all: readonly Change[]): object {
  const document = structuredClone(good) as object;
  for (const each of all) mutate(document, each);
  return document;
}

function mutate(document: object, change: Change): void {
  const places = placesIn(document);
  const place = places[change.where % places.length];
  if (place === undefined) return;
  const { holder, name } = place;
  if (change.what === "delete" && Array.isArray(holder)) holder.splice(Number(name), 1);
  else if (change.what === "delete") delete holder[name];
  else if (change.what === "replace") define(holder, name, change.value);
  else if (Array.isArray(holder)) holder.push(change.value);
  else define(holder, change.name, change.value);
}

function define(holder: object, name: string, value: unknown): void {
  // An assignment to `__proto__` would not create a member.
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(value: unknown): { holder: Record<string, unknown>; name: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}
