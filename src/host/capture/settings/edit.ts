/** Hooks put into an agent's settings and taken out again, by edits of the text: everything else keeps its bytes. */
import { applyEdits, type FormattingOptions, modify, type ParseError, parse, parseTree } from "jsonc-parser";
import {
  AGENT_HOOKS,
  type Agent,
  type HookCommand,
  isOwnEntry,
  jsonEntry,
  tomlBlock,
  tomlBlockIn,
} from "../../../core/capture/agent-hooks.ts";
import { GaitError } from "../../../core/finding/error.ts";

/** The byte-order mark, as a character. */
const MARK = "\ufeff";
const LENIENT = { allowTrailingComma: true, allowEmptyContent: true } as const;

/** The settings with the hooks of gait; the same text where they are there. @throws GaitError `invalid_input` if it can't be read */
export function withHooks(text: string, agent: Agent, command: HookCommand, path: string): string {
  if (text.startsWith(MARK)) return MARK + withHooks(text.slice(1), agent, command, path);
  const { form, events } = AGENT_HOOKS[agent];
  if (form === "toml") return withTomlHooks(text, events, command, path);
  let edited = text;
  for (const event of events) {
    const settings = jsonSettings(edited, path);
    const hooks = settings["hooks"];
    if (hooks !== undefined && !isObject(hooks)) throw unreadable(path, "its `hooks` is no object");
    const entries = hooks?.[event];
    if (entries !== undefined && !Array.isArray(entries)) throw unreadable(path, `its \`hooks.${event}\` is no list`);
    if (entries?.some(isOwnEntry) === true) continue;
    const place = ["hooks", event, ...(entries === undefined ? [] : [entries.length])];
    const value = jsonEntry(agent, command);
    const formattingOptions = formattingOf(edited);
    edited = applyEdits(
      edited,
      modify(edited, place, entries === undefined ? [value] : value, {
        formattingOptions,
        isArrayInsertion: entries !== undefined,
      }),
    );
  }
  return edited;
}

/** The settings without them. */
export function withoutHooks(text: string, agent: Agent, path: string): string {
  if (text.startsWith(MARK)) return MARK + withoutHooks(text.slice(1), agent, path);
  if (AGENT_HOOKS[agent].form === "toml") {
    const block = tomlBlockIn(text);
    if (block === undefined) return text;
    // The blank line before it came with it.
    const before = text.slice(0, block[0]).replace(/\n\n$/, "\n");
    return before + text.slice(block[1]);
  }
  let edited = text;
  const hooks = jsonSettings(text, path)["hooks"];
  if (!isObject(hooks)) return text;
  for (const event of Object.keys(hooks)) {
    for (;;) {
      const entries = (jsonSettings(edited, path)["hooks"] as { readonly [name: string]: unknown })[event];
      if (!Array.isArray(entries)) break;
      const own = entries.findIndex(isOwnEntry);
      if (own < 0) break;
      const place = entries.length === 1 ? ["hooks", event] : ["hooks", event, own];
      edited = removed(edited, place);
      if (entries.length === 1) break;
    }
  }
  const left = jsonSettings(edited, path)["hooks"];
  return isObject(left) && Object.keys(left).length === 0 && Object.keys(hooks).length > 0
    ? removed(edited, ["hooks"])
    : edited;
}

function removed(text: string, place: (string | number)[]): string {
  return applyEdits(text, modify(text, place, undefined, { formattingOptions: formattingOf(text) }));
}

function jsonSettings(text: string, path: string): { readonly [name: string]: unknown } {
  const errors: ParseError[] = [];
  const settings: unknown = parse(text, errors, LENIENT) ?? {};
  if (errors.length > 0) throw unreadable(path, "it is no JSON, with comments or without");
  if (!isObject(settings)) throw unreadable(path, "it is no JSON object");
  const root = parseTree(text, [], LENIENT);
  const names = (root?.children ?? []).map((member) => member.children?.[0]?.value as unknown);
  if (names.filter((name) => name === "hooks").length > 1) throw unreadable(path, "it has `hooks` twice");
  return settings;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As the text is indented already. */
function formattingOf(text: string): FormattingOptions {
  const [, indent = "  "] = /\n([ \t]+)\S/.exec(text) ?? [];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  return indent.startsWith("\t")
    ? { insertSpaces: false, tabSize: 1, eol }
    : { insertSpaces: true, tabSize: indent.length, eol };
}

function withTomlHooks(text: string, events: readonly string[], command: HookCommand, path: string): string {
  assertToml(text, path, "it is no TOML");
  if (tomlBlockIn(text) !== undefined) return text;
  const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const edited = `${before}${before === "" ? "" : "\n"}${tomlBlock(events, command)}`;
  assertToml(edited, path, "it says `hooks` in a form to which nothing can be added");
  return edited;
}

function assertToml(text: string, path: string, what: string): void {
  try {
    Bun.TOML.parse(text);
  } catch {
    throw unreadable(path, what);
  }
}

function unreadable(path: string, what: string): GaitError {
  return new GaitError("invalid_input", `${path} can't be edited: ${what}`, {
    hint: "Correct it, or put the hooks in by hand: the guides in docs/agents show them.",
  });
}
