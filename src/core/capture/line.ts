/** The lines of a capture log (contract 12): one for each event of an agent's hooks. */
import { runIdOf } from "../text/run-id.ts";

/** Log of events that name no session. */
const UNNAMED = "unnamed";
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

export interface CapturedEvent {
  /** Name of the log, without its ending: the id of the run that it becomes. */
  readonly log: string;
  /** Of `hook_event_name`; empty where there is none. */
  readonly event: string;
  /** The whole line, its LF included. */
  readonly line: Uint8Array;
}

/** @param time RFC 3339, UTC. @param input what the hook was given, as it came */
export function captureLine(input: Uint8Array, time: string): CapturedEvent {
  const event = objectIn(input);
  const head = `{"capture":"gait.hook/1","ts":"${time}"`;
  if (event === undefined) {
    const raw = JSON.stringify(new TextDecoder().decode(input));
    return { log: UNNAMED, event: "", line: new TextEncoder().encode(`${head},"raw":${raw}}\n`) };
  }
  const { session_id: session, hook_event_name: name } = event;
  const log = typeof session === "string" && session !== "" ? runIdOf(session) : UNNAMED;
  const before = new TextEncoder().encode(`${head},"event":`);
  const value = onOneLine(input);
  const line = new Uint8Array(before.length + value.length + 2);
  line.set(before);
  line.set(value, before.length);
  line.set([0x7d, LF], before.length + value.length);
  return { log, event: typeof name === "string" ? name : "", line };
}

function objectIn(input: Uint8Array): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(input));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return value as { readonly [name: string]: unknown };
  } catch {
    return undefined;
  }
}

/** Line ends are white space between the tokens of JSON, and nothing else. */
function onOneLine(input: Uint8Array): Uint8Array {
  const isMarked = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf;
  return input.subarray(isMarked ? 3 : 0).map((byte) => (byte === LF || byte === CR ? SPACE : byte));
}

/** A message between a client and a server of MCP, in the log of the tap (contract 12). */
export function tapLine(message: Uint8Array, direction: "c2s" | "s2c", time: string): string {
  const end = message.at(-1) === CR ? message.length - 1 : message.length;
  const bytes = message.subarray(0, end);
  const head = `{"ts":"${time}","dir":"${direction}"`;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return isJson(bytes, text)
    ? `${head},"msg":${text.replace(/[\r\n]/g, " ")}}\n`
    : `${head},"raw":${JSON.stringify(text)}}\n`;
}

/** Whether the text is JSON, and stands for all the bytes. */
function isJson(bytes: Uint8Array, text: string): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return !text.includes("\ufeff");
  } catch {
    return false;
  }
}
