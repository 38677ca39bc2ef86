/**
 * The record of a run in separate files for run, intents, results and references, as in a runpack. Intents and results
 * are JSONL and are streamed, so that a run of any length is recorded in constant memory.
 */

import type { JsonValue } from "../../schema/document/primitives.ts";
import { RecordRefsSchema, RecordRunSchema } from "../../schema/document/run-record.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import { recordRefsValidator, recordRunValidator } from "../../schema/validator/run-record.ts";
import { GaitError } from "../finding/error.ts";
import { fitted, jsonInputError } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { createLineReader, isBlankLine, MAX_LINE_BYTES } from "../json/lines.ts";
import { parseJson } from "../json/parse.ts";
import type { RecordItem, RecordParts } from "./input.ts";
import { assertPart } from "./unlike-record.ts";

/** A file with its name for messages. */
export interface RecordDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface RecordStream {
  readonly name: string;
  /** Read once; a chunk must be valid only until the next one is requested. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Each may be left out, and is then empty, like an absent member of the one document. */
export interface RecordFiles {
  readonly run?: RecordDocument | undefined;
  readonly intents?: RecordStream | undefined;
  readonly results?: RecordStream | undefined;
  readonly refs?: RecordDocument | undefined;
}

/**
 * @throws GaitError `invalid_input` with file, line and JSON path of the invalid value: for run and references now, for
 * a record when it is read.
 */
export function fileParts({ run, intents, results, refs }: RecordFiles): RecordParts {
  return {
    run: documentOf(run, recordRunValidator, Object.keys(RecordRunSchema.properties), "--run"),
    refs: documentOf(refs, recordRefsValidator, Object.keys(RecordRefsSchema.properties), "--refs"),
    places: { run: `${run?.name ?? ""}#$`, refs: `${refs?.name ?? ""}#$` },
    captureMode: undefined,
    intents: intents === undefined ? [] : lines(intents),
    results: results === undefined ? [] : lines(results),
    unknown: [],
  };
}

function documentOf<T>(
  file: RecordDocument | undefined,
  validator: Validator<T>,
  known: readonly string[],
  flag: string,
): T {
  if (file === undefined) return {} as T;
  const value = strictJson(file.bytes, 0, file.bytes.length, 1, file.name);
  assertPart(value, known, file.name, flag);
  return fitted(validator, value, `${file.name}#$`);
}

async function* lines({ name, chunks }: RecordStream): AsyncGenerator<RecordItem[]> {
  let batch: RecordItem[] = [];
  const reader = createLineReader((bytes, start, end, line) => {
    if (isBlankLine(bytes, start, end)) return;
    batch.push({ value: strictJson(bytes, start, end, line, name), where: `${name}:${line}#$`, size: end - start });
  });
  const read = (): RecordItem[] => {
    const items = batch;
    batch = [];
    if (reader.tooLong !== undefined) {
      const message = `${name}: line ${reader.tooLong} is longer than ${MAX_LINE_BYTES} bytes, the limit for a record`;
      throw new GaitError("invalid_input", message, { hint: "Keep large content in a file, and record its digest." });
    }
    return items;
  };
  for await (const chunk of chunks) {
    reader.push(chunk);
    yield read();
  }
  reader.end();
  yield read();
}

function strictJson(bytes: Uint8Array, start: number, end: number, line: number, name: string): JsonValue {
  try {
    return parseJson(bytes, { start, end, line });
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, name);
    throw error;
  }
}
