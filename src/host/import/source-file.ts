/** Files of agents' records: opened once, read from the first byte to the last, and held to be the same all the while. */
import { basename, dirname, join } from "node:path";
import type { Scratch } from "../../core/bytes/scratch.ts";
import { type ByteSource, chunks } from "../../core/bytes/source.ts";
import type { Companion } from "../../core/import/record/format.ts";
import { readSourceJson } from "../../core/import/source/json.ts";
import type { ImportFile } from "../../core/import/source/measured.ts";
import { SourceText } from "../../core/import/source/text.ts";
import { isObject } from "../../core/json/document.ts";
import { fileError } from "../files/errno.ts";
import { matches } from "../files/folder-walk.ts";
import { type OpenedSource, openSource } from "../files/input.ts";
import { hostPlatform } from "../platform/bun.ts";
import { progress } from "../threads/progress.ts";

/** Name of what has none. */
const STANDARD_INPUT = "stdin";

/** Files that are open at the same time, until all was written. */
export class SourceFiles {
  readonly #opened: OpenedSource[] = [];
  #standardInput: Scratch | undefined;
  /** By the names that the import knows, in the order of the import. */
  readonly paths: string[] = [];

  /** @throws GaitError as `openSource` */
  async open(path: string): Promise<ImportFile> {
    const opened = await openSource(path);
    this.#opened.push(opened);
    this.paths.push(path);
    progress.ahead(opened.source.size);
    return {
      name: basename(path),
      async *chunks() {
        for await (const chunk of chunks(opened.source)) {
          await progress.done(chunk.length);
          yield chunk;
        }
      },
    };
  }

  /** The standard input; `isKept`: it can be read again. */
  standardInput(bytes: AsyncIterable<Uint8Array>, isKept: boolean): ImportFile {
    this.paths.push("-");
    const scratch = isKept ? hostPlatform.scratch() : undefined;
    this.#standardInput = scratch;
    return {
      name: STANDARD_INPUT,
      async *chunks() {
        try {
          for await (const chunk of bytes) {
            scratch?.write(chunk);
            await progress.done(chunk.length);
            yield chunk;
          }
        } catch (error) {
          throw fileError(error, "read", "the standard input");
        }
      },
    };
  }

  /** What was read, to be read again. */
  kept(): { name: string; source: ByteSource }[] {
    const files = this.#opened.map(({ path, source }) => ({ name: basename(path), source }));
    const input = this.#standardInput;
    return input === undefined ? files : [{ name: STANDARD_INPUT, source: input.source() }, ...files];
  }

  /** The files that belong to the one at `path`, in the order of their paths. */
  async companions(path: string, patterns: readonly Companion[]): Promise<ImportFile[]> {
    if (path === "-") return [];
    const found: ImportFile[] = [];
    for (const companion of await companionPaths(path, patterns)) found.push(await this.open(companion));
    return found;
  }

  /** @throws GaitError `input_changed` when one was written to meanwhile */
  assertUnchanged(): void {
    for (const opened of this.#opened) opened.assertUnchanged();
  }

  close(): void {
    this.#standardInput?.dispose();
    for (const opened of this.#opened) opened.close();
  }
}

async function companionPaths(path: string, patterns: readonly Companion[]): Promise<string[]> {
  const folder = dirname(path).replace(/[*?[]/g, "[$&]");
  const paths = new Set<string>();
  for (const { pattern, fits } of patterns) {
    for await (const listed of matches(join(folder, pattern))) {
      if ("refused" in listed || "left" in listed || listed.path === path) continue;
      if (fits === undefined || (await fitsFirst(listed.path, fits))) paths.add(listed.path);
    }
  }
  return [...paths].toSorted();
}

/** Whether the first line of the file is an object that fits. */
async function fitsFirst(path: string, fits: NonNullable<Companion["fits"]>): Promise<boolean> {
  const opened = await openSource(path);
  try {
    const text = await SourceText.open(chunks(opened.source));
    const [line] = await text.firstLines(1);
    const json = line && readSourceJson(line.bytes, line.start, line.end);
    return typeof json === "object" && isObject(json.value) && fits(json.value);
  } finally {
    opened.close();
  }
}
