/** The input of `gait run record`: one document, or a file for each part. */

import { GaitError } from "../../../core/finding/error.ts";
import type { RecordParts } from "../../../core/run/input.ts";
import { documentParts } from "../../../core/run/input-document.ts";
import { fileParts, type RecordDocument, type RecordStream } from "../../../core/run/input-files.ts";
import { fileError } from "../../../host/files/errno.ts";
import { readInput } from "../../../host/files/input.ts";
import { type OpenedStream, openStream } from "../../../host/files/stream.ts";
import { progress } from "../../../host/threads/progress.ts";
import type { Call } from "../../command/command.ts";

export interface RunInput {
  readonly parts: RecordParts;
  /** Progress in bytes read; absent where only bytes written are known. */
  readonly isCounted: boolean;
  /** Call it after everything was read. @throws GaitError `input_changed` if a file was written to meanwhile */
  assertUnchanged(): void;
  close(): void;
}

const PART_FLAGS = ["--run", "--intents", "--results", "--refs"] as const;
type PartFlag = (typeof PART_FLAGS)[number];

/**
 * @throws GaitError `invalid_input` for conflicting flags; otherwise as `readInput`, `documentParts` and `fileParts`
 */
export async function runInput(call: Call): Promise<RunInput> {
  const [part] = PART_FLAGS.filter((flag) => call.has(flag));
  const path = documentArgument(call, part);
  if (path === undefined) return filesInput(call);
  const limitHint = "Give the record in parts with --run, --intents, --results and --refs: those have no size limit.";
  const parts = documentParts(await readInput(path, { standardInput: () => call.stdin(), limitHint }));
  return { parts, isCounted: false, assertUnchanged: () => undefined, close: () => undefined };
}

/** The path of the document, or `undefined` if parts were given. */
function documentArgument(call: Call, part: PartFlag | undefined): string | undefined {
  const [positional] = call.positionals;
  const input = call.option("--input");
  if (input !== undefined && positional !== undefined) {
    throw new GaitError("invalid_input", `--input ${input} and ${positional} are both given`, {
      hint: "Give one input.",
    });
  }
  const path = input ?? positional;
  if (path !== undefined && part !== undefined) {
    const given = input === undefined ? path : `--input ${path}`;
    throw new GaitError("invalid_input", `${given} and ${part} are both given`, {
      hint: "Give one document, or its parts with --run, --intents, --results and --refs.",
    });
  }
  if (path !== undefined || part !== undefined) return path;
  throw new GaitError("invalid_input", "the input is missing", {
    hint:
      "Give it with --input FILE, or --input - for the standard input, or in parts with --run, --intents, " +
      "--results.",
  });
}

async function filesInput(call: Call): Promise<RunInput> {
  assertOneStandardInput(call);
  const opened: OpenedStream[] = [];
  const close = (): void => {
    for (const file of opened) file.close();
  };
  const document = async (flag: PartFlag): Promise<RecordDocument | undefined> => {
    const path = call.option(flag);
    if (path === undefined) return undefined;
    return { name: nameOf(path), bytes: await readInput(path, { standardInput: () => call.stdin() }) };
  };
  const stream = async (flag: PartFlag): Promise<RecordStream | undefined> => {
    const path = call.option(flag);
    if (path === undefined) return undefined;
    if (path === "-") return { name: nameOf(path), chunks: standardInput(call) };
    const file = await openStream(path);
    opened.push(file);
    return { name: nameOf(path), chunks: counted(file) };
  };
  try {
    // Open all files before reading any, so that a wrong path fails at once.
    const intents = await stream("--intents");
    const results = await stream("--results");
    const parts = fileParts({ run: await document("--run"), intents, results, refs: await document("--refs") });
    return {
      parts,
      isCounted: true,
      assertUnchanged() {
        for (const file of opened) file.assertUnchanged();
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function* counted({ chunks, size }: OpenedStream): AsyncGenerator<Uint8Array> {
  if (size !== undefined) progress.ahead(size);
  for await (const chunk of chunks) {
    await progress.done(chunk.length);
    yield chunk;
  }
}

function assertOneStandardInput(call: Call): void {
  const [first, second] = PART_FLAGS.filter((flag) => call.option(flag) === "-");
  if (second === undefined) return;
  throw new GaitError("invalid_input", `${first} and ${second} both read the standard input`, {
    hint: "Give one of them as a file.",
  });
}

function nameOf(path: string): string {
  return path === "-" ? "the standard input" : path;
}

async function* standardInput(call: Call): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of call.stdin()) {
      await progress.done(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw fileError(error, "read", "the standard input");
  }
}
