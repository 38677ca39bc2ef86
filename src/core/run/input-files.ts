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
import { scanJson } from "../json/parse.ts";
import { spanValue } from "../json/text.ts";
import type { RecordItem, RecordParts } from "./input.ts";
import { RecordBatch } from "./record-batch.ts";
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
    intents: intents === undefined ? [] : lines(intents, "args"),
    results: results === undefined ? [] : lines(results, "result"),
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

async function* lines({ name, chunks }: RecordStream, body: "args" | "result"): AsyncGenerator<RecordItem[]> {
  const batch = new RecordBatch(body);
  let chunk: Uint8Array = new Uint8Array(0);
  const reader = createLineReader((bytes, start, end, line) => {
    if (isBlankLine(bytes, start, end)) return;
    assertStrict(bytes, start, end, line, name);
    // The reader uses the memory of a line that it had to put together for the next one.
    if (bytes === chunk) batch.add(bytes, start, end, `${name}:${line}#$`);
    else batch.add(bytes.slice(start, end), 0, end - start, `${name}:${line}#$`);
  });
  const read = (): RecordItem[] => {
    const items = batch.take();
    if (reader.tooLong !== undefined) {
      const message = `${name}: line ${reader.tooLong} is longer than ${MAX_LINE_BYTES} bytes, the limit for a record`;
      throw new GaitError("invalid_input", message, { hint: "Keep large content in a file, and record its digest." });
    }
    return items;
  };
  for await (chunk of chunks) {
    reader.push(chunk);
    yield read();
  }
  reader.end();
  yield read();
}

function strictJson(bytes: Uint8Array, start: number, end: number, line: number, name: string): JsonValue {
  assertStrict(bytes, start, end, line, name);
  return spanValue(bytes, { start, end });
}

function assertStrict(bytes: Uint8Array, start: number, end: number, line: number, name: string): void {
  try {
    scanJson(bytes, { start, end, line });
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, name);
    throw error;
  }
}
