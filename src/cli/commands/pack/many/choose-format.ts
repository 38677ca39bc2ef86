/** Selects the output format for many packs. Only the requested one is loaded. */
import { GaitError } from "../../../../core/finding/error.ts";
import type { Call, Terminal } from "../../../command/command.ts";
import { assertEnding } from "../../../flags/ending.ts";
import type { Format } from "../../../formats/format.ts";
import type { ReceiptsOf } from "../../../formats/receipt.ts";

/** Each with the endings of its files. */
const FORMATS = {
  ...{ text: ["txt"], json: ["json"], ndjson: ["ndjson", "jsonl"], junit: ["xml"], sarif: ["sarif", "json"] },
  ...{ markdown: ["md", "markdown"], github: ["txt"] },
} as const;
export type FormatName = keyof typeof FORMATS;

/** @throws GaitError `invalid_input` for `--json` beside another format */
export function formatNameOf(call: Call): FormatName {
  const asked = call.option("--format") as FormatName | undefined;
  if (call.json && asked !== undefined && asked !== "json") {
    throw new GaitError("invalid_input", `--json and --format ${asked} are both given`, { hint: "Give one of them." });
  }
  return call.json ? "json" : (asked ?? "text");
}

/** @throws GaitError `invalid_input` where the name of the file says another format */
export function assertNamed(call: Call, format: FormatName, out: string): void {
  const asked = call.has("--format") ? `--format ${format}` : undefined;
  assertEnding(FORMATS, { flag: "--format", format, out, asked: call.json ? "--json" : asked });
}

/**
 * Whether there are to be receipts.
 * @throws GaitError `invalid_input` for `--account` without `--format ndjson`: the other formats have no place for it
 */
export function isAccounted(call: Call): boolean {
  if (!call.has("--account")) return false;
  if (formatNameOf(call) === "ndjson") return true;
  throw new GaitError("invalid_input", "--account is given without --format ndjson", {
    hint: "Receipts are lines: add --format ndjson.",
  });
}

/** @param terminal what the text for people is painted and broken for */
export async function formatOf(
  name: FormatName,
  call: Call,
  terminal: Terminal,
  receipts?: ReceiptsOf,
): Promise<Format> {
  const { assertFolder, placed } = await import("../../../formats/place.ts");
  const base = call.option("--base-dir");
  if (base !== undefined) assertFolder(base, call.cwd);
  const place = (path: string): string => placed(path, { base, cwd: call.cwd });
  switch (name) {
    case "json":
      return (await import("../../../formats/json.ts")).JSON_REPORT;
    case "ndjson":
      if (receipts !== undefined) return (await import("../../../formats/receipt.ts")).receiptFormat(receipts);
      return (await import("../../../formats/json.ts")).NDJSON;
    case "junit":
      return (await import("../../../formats/junit.ts")).junitFormat(place);
    case "sarif":
      return (await import("../../../formats/sarif.ts")).sarifFormat(place);
    case "markdown":
      return (await import("../../../formats/markdown.ts")).markdownFormat(place);
    case "github":
      return (await import("../../../formats/github.ts")).githubFormat(place, terminal);
    case "text":
      return (await import("../../../formats/text.ts")).textFormat(terminal);
  }
}
