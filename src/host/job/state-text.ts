/**
 * `state.json` by its bytes, as this program writes it (`encodeJobState`): most of it is the list of checkpoints, of which
 * a command that adds one needs next to nothing. No text in JSON has a newline, so that one is always layout.
 */
import { encodeJobState } from "../../core/job/state.ts";
import type { JobState } from "../../schema/document/job.ts";
import { JobStateSchema } from "../../schema/document/job.ts";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { LF, splitMembers } from "./events-file.ts";

const LIST = '\n  "checkpoints": [';
/** The end of the list: what is in it is indented further. */
const LIST_END = "\n  ]";
const ITEM = "\n    {\n";
const ITEM_END = "\n    }";
/** As bytes: a text would be made into them for each search, of which there are thousands. */
const typeLine = (type: string): Buffer => Buffer.from(`\n      "type": "${type}"`);
/** The checkpoints that stop a job: neither `plan` nor `progress`. */
const STOPPING = ["decision-needed", "blocked", "completed"].map(typeLine);
const NOTES = ["plan", "progress"].map(typeLine);

export interface StoredState {
  readonly state: JobState;
  /** Members of a later version. */
  readonly unknown: JsonObject;
  /** How many checkpoints are there, of the types that this version knows where only an outline was read. */
  readonly count: number;
}

/** All of it; `undefined` where it is no JSON. */
export function wholeState(bytes: Uint8Array): StoredState | undefined {
  const found = stored(parsed(bytes));
  const checkpoints: unknown = found?.state.checkpoints;
  return found === undefined ? undefined : { ...found, count: Array.isArray(checkpoints) ? checkpoints.length : 0 };
}

/**
 * The state, of whose checkpoints only those that stop a job are read, and the last one; `undefined` where the bytes are
 * not as this program writes them. It is meant for bytes of a known digest: what lies between those checkpoints is only
 * counted, by its types, so that none of a later version is passed over.
 */
export function outlinedState(bytes: Uint8Array): StoredState | undefined {
  const text = buffer(bytes);
  const list = listIn(text);
  if (list === undefined) return undefined;
  const { start, end } = list;
  const items = new Set<number>();
  let count = 0;
  for (const type of STOPPING) {
    for (let at = text.indexOf(type, start); at >= 0 && at < end; at = text.indexOf(type, at + type.length)) {
      items.add(text.lastIndexOf(ITEM, at));
      count += 1;
    }
  }
  for (const type of NOTES) count += countOf(text, type, list);
  if (end > start) items.add(text.lastIndexOf(ITEM, end));
  const checkpoints: JsonValue[] = [];
  for (const at of [...items].sort((one, other) => one - other)) {
    if (at < start) return undefined;
    const item = parsed(text.subarray(at, text.indexOf(ITEM_END, at) + ITEM_END.length));
    if (item === undefined) return undefined;
    checkpoints.push(item);
  }
  const rest = parsed(Buffer.concat([text.subarray(0, start), text.subarray(list.close)]));
  const found = stored(rest);
  // Elsewhere there must be none of it.
  if (found === undefined || !Array.isArray(found.state.checkpoints) || found.state.checkpoints.length > 0)
    return undefined;
  return { ...found, state: { ...found.state, checkpoints: checkpoints as never }, count };
}

/** A plain loop: it runs thousands of times in a process that has just started. */
function countOf(text: Buffer, line: Buffer, { start, end }: ListPlace): number {
  const { length } = line;
  let count = 0;
  for (let at = text.indexOf(line, start); at >= 0 && at < end; at = text.indexOf(line, at + length)) count += 1;
  return count;
}

/** A list of checkpoints without its brackets, and where the bracket is that closes it. */
interface ListPlace {
  readonly start: number;
  readonly end: number;
  readonly close: number;
}

function listIn(text: Buffer): ListPlace | undefined {
  const at = text.indexOf(LIST);
  if (at < 0) return undefined;
  const start = at + LIST.length;
  // An empty list has its brackets on one line.
  if (text[start] !== LF) return { start, end: start, close: start };
  const end = text.indexOf(LIST_END, start);
  return end < 0 ? undefined : { start, end, close: end + LIST_END.length - 1 };
}

/**
 * The bytes of `state`, in pieces. `before` are those of the state that it follows and adds checkpoints to, of which
 * `before.state` lists some: the list is copied, because to write it anew would be most of the work for a job that has many.
 */
export function encodeAfter(
  before: { readonly state: JobState | undefined; readonly stateBytes: Uint8Array | undefined },
  state: JobState,
  unknown: JsonObject,
): readonly Uint8Array[] {
  const text = before.stateBytes === undefined ? undefined : buffer(before.stateBytes);
  const list = text === undefined ? undefined : listIn(text);
  if (text === undefined || list === undefined || list.end === list.start) {
    return [Buffer.from(encodeJobState(state, unknown))];
  }
  const added = state.checkpoints.slice(before.state?.checkpoints.length ?? 0);
  const rest = Buffer.from(encodeJobState({ ...state, checkpoints: added }, unknown));
  const place = listIn(rest);
  if (place === undefined) throw new TypeError("a state has a list of checkpoints");
  const { start, close } = place;
  const kept = text.subarray(list.start, list.end);
  return added.length === 0
    ? [rest.subarray(0, start), kept, Buffer.from("\n  "), rest.subarray(close)]
    : [rest.subarray(0, start), kept, Buffer.from(","), rest.subarray(start)];
}

function stored(value: JsonValue | undefined): Omit<StoredState, "count"> | undefined {
  if (value === undefined) return undefined;
  const { known, unknown } = splitMembers(value, JobStateSchema.properties);
  return { state: known as unknown as JobState, unknown };
}

function parsed(bytes: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
