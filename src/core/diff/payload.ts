/** Where the arguments and results of two calls differ, as JSON paths: read again from both runpacks, within limits. */
import type { CallChange, PayloadChange, RunDifference } from "../../schema/account/difference.ts";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { readRecords } from "../contents/record-lines.ts";
import { isObject } from "../json/document.ts";
import type { Archive } from "../zip/reader.ts";

/** Maximum bytes of the left side's payloads kept while the right side is read. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;
/** Maximum places listed per payload. */
const MAX_PATHS = 50;

const FILES = { args: "intents.jsonl", result: "results.jsonl" } as const;
const DIGESTS = { args: "args_digest", result: "result_digest" } as const;
type PayloadName = keyof typeof FILES;

/** The same difference, with `payloads` added where they differ and both sides have them. */
export async function withPayloads(difference: RunDifference, left: Archive, right: Archive): Promise<RunDifference> {
  const found = new Map<CallChange, PayloadChange[]>();
  let notCompared = 0;
  for (const name of ["args", "result"] as const) {
    const changes = difference.calls.changed.filter(({ changes: members }) =>
      members.some(({ member }) => member === DIGESTS[name]),
    );
    const leftPlaces = placed(changes, name === "args" ? "left_index" : "left_result_index");
    const rightPlaces = placed(changes, name === "args" ? "right_index" : "right_result_index");
    const held = new Map<CallChange, JsonValue>();
    let bytes = 0;
    const tooMuch = new Set<CallChange>();
    await readPayloads(left, name, leftPlaces, (change, size, value) => {
      if (bytes + size > MAX_HELD_BYTES) {
        tooMuch.add(change);
        return;
      }
      bytes += size;
      held.set(change, value());
    });
    await readPayloads(right, name, rightPlaces, (change, _size, value) => {
      if (tooMuch.has(change)) notCompared += 1;
      const other = held.get(change);
      if (other !== undefined)
        found.set(change, [...(found.get(change) ?? []), { member: name, ...pathsBetween(other, value()) }]);
    });
  }
  const changed = difference.calls.changed.map((change) => {
    const payloads = found.get(change);
    return payloads === undefined ? change : { ...change, payloads };
  });
  return { ...difference, calls: { ...difference.calls, changed, payloads_not_compared: notCompared } };
}

/** The changed calls by the place of their record; those that have none on that side are left out. */
function placed(
  changes: readonly CallChange[],
  index: "left_index" | "right_index" | "left_result_index" | "right_result_index",
): ReadonlyMap<number, CallChange> {
  return new Map(changes.flatMap((each) => (each[index] === undefined ? [] : [[each[index], each] as const])));
}

async function readPayloads(
  archive: Archive,
  name: PayloadName,
  wanted: ReadonlyMap<number, CallChange>,
  visit: (change: CallChange, size: number, value: () => JsonValue) => void,
): Promise<void> {
  if (wanted.size === 0) return;
  let place = 0;
  await readRecords(
    archive,
    FILES[name],
    (outline) => {
      const node = outline.member(outline.root, name);
      const change = wanted.get(place);
      if (change !== undefined && node >= 0)
        visit(change, outline.end(node) - outline.start(node), () => outline.value(node));
    },
    1,
    // Both sides verified, so each line is a record.
    (at) => {
      place = at;
      return wanted.has(at);
    },
  );
}

/** Every place where the two values differ: present on one side only, or a different value or kind. */
export function pathsBetween(left: JsonValue, right: JsonValue): Omit<PayloadChange, "member"> {
  const paths: PayloadChange["paths"][number][] = [];
  let more = 0;
  const add = (path: string, change: "added" | "removed" | "changed"): void => {
    if (paths.length < MAX_PATHS) paths.push({ path, change });
    else more += 1;
  };
  // Depth is bounded by the parser's limit.
  const walk = (path: string, from: JsonValue, to: JsonValue): void => {
    if (Array.isArray(from) && Array.isArray(to)) {
      for (let index = 0; index < Math.max(from.length, to.length); index += 1) {
        meet(`${path}[${index}]`, from[index], to[index]);
      }
    } else if (isObject(from) && isObject(to)) {
      for (const name of Object.keys(from)) meet(path + stepTo(name), from[name], own(to, name));
      for (const name of Object.keys(to)) if (!Object.hasOwn(from, name)) add(path + stepTo(name), "added");
    } else if (from !== to) {
      add(path, "changed");
    }
  };
  const meet = (path: string, from: JsonValue | undefined, to: JsonValue | undefined): void => {
    if (from === undefined) add(path, "added");
    else if (to === undefined) add(path, "removed");
    else walk(path, from, to);
  };
  walk("$", left, right);
  return { paths, more };
}

function own(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function stepTo(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
