/** Claude Managed Agents: events of a session, as the API lists them. Experimental: its shape is known from its documents. */
import type { JsonObject } from "../../../../schema/document/primitives.ts";
import { type FormatReader, type ImportContext, type ImportFormat, memberOf, textOf } from "../../record/format.ts";
import type { ImportRun } from "../../record/run.ts";
import type { SourcePlace } from "../../source/place.ts";
import type { RecordFate } from "../../source/tally.ts";

export const MANAGED_AGENTS: ImportFormat = {
  name: "managed-agents",
  runtime: "managed-agents",
  isExperimental: true,
  list: "data",
  fits: () => false,
  read: (context) => new ManagedAgentsReader(context),
};

const CALLS: ReadonlySet<string> = new Set(["agent.tool_use", "agent.custom_tool_use", "agent.mcp_tool_use"]);
/** Results, and the member that names their call. */
const RESULTS: ReadonlyMap<string, string> = new Map([
  ["agent.tool_result", "tool_use_id"],
  ["agent.mcp_tool_result", "mcp_tool_use_id"],
  ["user.custom_tool_result", "custom_tool_use_id"],
]);
const EVENTS: ReadonlyMap<string, string> = new Map([
  ["user.message", "prompt"],
  ["user.interrupt", "interrupted"],
  ["agent.thread_context_compacted", "compacted"],
]);
const CONTEXT_DOMAINS = ["agent.", "user.", "session.", "span."];

class ManagedAgentsReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #run: ImportRun;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#run = context.run();
  }

  record(value: JsonObject, place: SourcePlace): RecordFate {
    const type = textOf(value, "type") ?? "(no type)";
    const time = this.#context.time(memberOf(value, "processed_at"), place);
    const event = EVENTS.get(type);
    if (event !== undefined) {
      this.#run.event(event, time);
      return "mapped";
    }
    if (CALLS.has(type)) {
      const name = textOf(value, "name") ?? "";
      const tool = type === "agent.mcp_tool_use" ? `mcp__${textOf(value, "mcp_server_name") ?? ""}__${name}` : name;
      this.#run.call({ id: textOf(value, "id"), tool, args: memberOf(value, "input"), time, place });
      return "mapped";
    }
    const reference = RESULTS.get(type);
    if (reference === undefined) {
      const isKnown = CONTEXT_DOMAINS.some((domain) => type.startsWith(domain));
      return isKnown ? "context" : this.#context.tally.unknown(type);
    }
    const id = textOf(value, reference);
    if (id === undefined) return this.#context.tally.malformed(place);
    const status = memberOf(value, "is_error") === true ? "error" : "ok";
    return this.#run.result({ id, status, result: memberOf(value, "content") ?? undefined, time, place });
  }
}
