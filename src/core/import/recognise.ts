/** Which format a source is of: by its content, never by its name. */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { GaitError } from "../finding/error.ts";
import { isObject } from "../json/document.ts";
import { IMPORT_FORMATS } from "./formats.ts";
import type { ImportFormat } from "./record/format.ts";
import { readSourceJson, type SourceJson } from "./source/json.ts";
import { lineText, type SourceText } from "./source/text.ts";

/** How the text is to be read. */
export type SourceShape =
  | { readonly kind: "value"; readonly json: SourceJson }
  | { readonly kind: "lines" }
  | { readonly kind: "sequence" };

export interface Recognised {
  readonly format: ImportFormat;
  readonly shape: SourceShape;
}

/** Lines that are looked at. */
const FIRST_LINES = 200;
/** Elements of a list that are. */
const FIRST_ELEMENTS = 50;

interface Packed {
  readonly what: string;
  readonly begins: readonly number[];
  readonly hint: string;
}

const PACKED: readonly Packed[] = [
  { what: "packed with gzip", begins: [0x1f, 0x8b], hint: "Unpack it first: gunzip FILE." },
  {
    what: "packed with zstd",
    begins: [0x28, 0xb5, 0x2f, 0xfd],
    hint: "Unpack it first: unzstd FILE. Codex packs old rollouts so.",
  },
  {
    what: "a ZIP archive",
    begins: [0x50, 0x4b, 0x03, 0x04],
    hint: "A runpack or pack is imported already: `gait run inspect` or `gait pack inspect` shows it. Unpack any other first.",
  },
  {
    what: "an SQLite database",
    begins: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20],
    hint: "Import the agent's OpenTelemetry export, or its MCP traffic, instead.",
  },
  {
    what: "a Parquet file",
    begins: [0x50, 0x41, 0x52, 0x31],
    hint: `Convert it first: duckdb -c "COPY (FROM 'x.parquet') TO 'x.jsonl'".`,
  },
];

/** @throws GaitError `invalid_input` where no format fits, with the remedy where there is one */
export async function recognise(text: SourceText, name: string, wanted: string | undefined): Promise<Recognised> {
  refusePacked(text.beginning, name);
  const given = wanted === undefined ? undefined : formatNamed(wanted);
  const json = await text.value();
  if (json !== undefined) {
    const format = given ?? formatOf(json.value);
    if (format === undefined) throw notRecognised(name, json.value);
    return { format, shape: { kind: "value", json } };
  }
  const lines = await text.firstLines(FIRST_LINES);
  let hasLine = false;
  for (const line of lines) {
    const read = readSourceJson(line.bytes, line.start, line.end);
    const format = typeof read === "string" ? formatOfText(lineText(line)) : formatOf(read.value);
    hasLine ||= format !== undefined || (typeof read !== "string" && isObject(read.value));
    if (format !== undefined || (given !== undefined && hasLine)) {
      return { format: given ?? (format as ImportFormat), shape: { kind: "lines" } };
    }
  }
  const first = await text.firstValue();
  const format = given ?? (first && formatOf(first.value));
  if (first !== undefined && format !== undefined) return { format, shape: { kind: "sequence" } };
  if (given !== undefined) return { format: given, shape: { kind: "lines" } };
  throw notRecognised(name, first?.value);
}

/** @throws GaitError `invalid_input` for a name that is no format's */
export function formatNamed(name: string): ImportFormat {
  const format = IMPORT_FORMATS.find((each) => each.name === name);
  if (format !== undefined) return format;
  throw new GaitError("invalid_input", `${JSON.stringify(name)} is no format of gait run import`, {
    hint: `Give one of ${formatNames()}.`,
  });
}

/** The format of a value, or of the first element of a list that has one. */
export function formatOf(value: JsonValue, depth = 0): ImportFormat | undefined {
  if (isObject(value)) return IMPORT_FORMATS.find((format) => format.fits(value));
  // A list of lists of messages is a list of conversations.
  if (!Array.isArray(value) || depth > 2) return undefined;
  for (const element of value.slice(0, FIRST_ELEMENTS)) {
    const format = formatOf(element, depth + 1);
    if (format !== undefined) return format;
  }
  return undefined;
}

function formatOfText(line: string): ImportFormat | undefined {
  return IMPORT_FORMATS.find((format) => format.fitsText?.(line) === true);
}

function formatNames(): string {
  const names = (isExperimental: boolean): string =>
    IMPORT_FORMATS.filter((format) => (format.isExperimental ?? false) === isExperimental)
      .map(({ name }) => name)
      .join(", ");
  return `${names(false)}; experimental, and by name alone: ${names(true)}`;
}

function refusePacked(beginning: Uint8Array, name: string): void {
  const packed = PACKED.find(({ begins }) => begins.every((byte, index) => beginning[index] === byte));
  if (packed !== undefined) throw new GaitError("invalid_input", `${name} is ${packed.what}`, { hint: packed.hint });
}

function notRecognised(name: string, value: JsonValue | undefined): GaitError {
  if (isObject(value) && Object.keys(value)[0] === "_spanContext") {
    return new GaitError("invalid_input", `${name} is telemetry of Gemini CLI, which has no calls' results`, {
      hint: "Import the session itself: ~/.gemini/tmp/<project>/chats/session-….jsonl.",
    });
  }
  if (isObject(value) && ("intents" in value || isObject(value["run"]))) {
    return new GaitError("invalid_input", `${name} is no transcript of an agent: it looks like the record of a run`, {
      hint: "`gait run record --input FILE` makes a runpack of it.",
    });
  }
  return new GaitError("invalid_input", `${name} is no record of an agent that is known here`, {
    hint: `Formats: ${formatNames()}. --format F reads it as one of them.`,
  });
}
