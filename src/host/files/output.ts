/** Output files that appear complete or not at all: written to a temporary file, synced, verified, then renamed. */
import { lstatSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type ByteSource, chunks } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";
import { statOrNothing, withFileErrors } from "./errno.ts";
import { kindOf, openSource } from "./input.ts";
import { type FileSink, type StagedFile, stageFile } from "./staged.ts";

/** A path, or a folder and a name that depends on the content: a pack's name contains its id. */
export type OutputPath<T> = string | { readonly directory: string; readonly name: (value: T) => string };

export interface Written<T> {
  readonly path: string;
  readonly value: T;
  /** `unchanged`: the file already existed with the same bytes. */
  readonly outcome: "created" | "replaced" | "unchanged";
}

export interface OutputOptions<T> {
  readonly force?: boolean;
  readonly inputs?: readonly string[];
  readonly verify?: (source: ByteSource, value: T) => Promise<void>;
}

/**
 * Writes a file that appears complete or not at all. An existing file with the same bytes is kept, as a success.
 *
 * @param write writes the bytes; its result is returned
 * @param options.force replaces an existing file with different bytes
 * @param options.inputs the files that are read for it: none of them is replaced, by whatever name
 * @param options.verify checks the bytes on disk before the file gets its name; throws to refuse them
 * @throws GaitError `already_exists` (different bytes and no `force`), `invalid_input` (one of the inputs),
 * `write_failed`, and what `write` and `verify` throw
 */
export async function writeAtomically<T>(
  target: OutputPath<T>,
  write: (sink: FileSink) => Promise<T>,
  options: OutputOptions<T> = {},
): Promise<Written<T>> {
  const { inputs = [] } = options;
  if (typeof target === "string") {
    existingFile(target);
    assertNoInput(target, inputs);
  }
  const staged =
    typeof target === "string" ? stageFile(dirname(target), basename(target)) : stageFile(target.directory);
  try {
    const value = await write(staged.sink);
    staged.seal();
    if (options.verify !== undefined) await verifyStaged(staged.path, (source) => options.verify?.(source, value));
    const path = typeof target === "string" ? target : pathInside(target.directory, target.name(value));
    assertNoInput(path, inputs);
    return { path, value, outcome: await publish(staged, path, options.force ?? false) };
  } finally {
    staged.discard();
  }
}

/** By device and inode: a link or another spelling of the path names the same file. */
function assertNoInput(target: string, inputs: readonly string[]): void {
  const identity = (path: string): string | undefined => {
    const stats = statOrNothing(() => statSync(path, { bigint: true }));
    return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
  };
  withFileErrors("write", target, () => {
    const place = identity(target);
    if (place === undefined || !inputs.some((input) => identity(input) === place)) return;
    throw new GaitError("invalid_input", `the output ${target} is one of the inputs`, {
      hint: "Give another path: --force does not replace what is being read.",
    });
  });
}

async function publish(staged: StagedFile, path: string, force: boolean): Promise<Written<unknown>["outcome"]> {
  const existing = existingFile(path);
  if (force) {
    if (existing && (await haveSameBytes(staged.path, path))) return "unchanged";
    staged.publish(path, { replace: true });
    return existing ? "replaced" : "created";
  }
  try {
    staged.publish(path, { replace: false });
    return "created";
  } catch (error) {
    // Whether it existed before or another process was first: the same bytes are a success.
    if (!(error instanceof GaitError) || error.code !== "already_exists") throw error;
    if (await haveSameBytes(staged.path, path)) return "unchanged";
    throw new GaitError("already_exists", `${path} already exists with different content`, {
      hint: "Give another path, or --force to replace it.",
    });
  }
}

/** Whether there is a file or a link. Refuses anything else: a rename would fail, or replace a device. */
function existingFile(path: string): boolean {
  if (path === "" || /[/\\]$/.test(path)) {
    throw new GaitError("invalid_input", path === "" ? "the output path is empty" : `${path} names a folder`, {
      hint: "Give the path of a file.",
    });
  }
  return withFileErrors("write", path, () => {
    const stats = statOrNothing(() => statSync(path));
    if (stats !== undefined && !stats.isFile()) {
      throw new GaitError("write_failed", `${path} is ${kindOf(stats)}, but the output must be a regular file`, {
        hint: "Give another path.",
      });
    }
    return statOrNothing(() => lstatSync(path)) !== undefined;
  });
}

async function verifyStaged(path: string, verify: (source: ByteSource) => Promise<void> | undefined): Promise<void> {
  const opened = await openSource(path);
  try {
    await verify(opened.source);
    opened.assertUnchanged();
  } finally {
    opened.close();
  }
}

/** Whether both are readable and have the same bytes. */
async function haveSameBytes(leftPath: string, rightPath: string): Promise<boolean> {
  const opened: { close(): void }[] = [];
  try {
    const left = await openSource(leftPath);
    opened.push(left);
    const right = await openSource(rightPath);
    opened.push(right);
    if (left.source.size !== right.source.size) return false;
    let at = 0;
    for await (const chunk of chunks(left.source)) {
      if (Buffer.compare(chunk, await right.source.read(at, chunk.length)) !== 0) return false;
      at += chunk.length;
    }
    right.assertUnchanged();
    return true;
  } catch (error) {
    if (error instanceof GaitError) return false;
    throw error;
  } finally {
    for (const each of opened) each.close();
  }
}

/** Checks that the name is a plain file name, so that nothing is written outside of the requested folder. */
function pathInside(directory: string, name: string): string {
  if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name)) {
    throw new GaitError("internal", `${JSON.stringify(name)} is not a file name`);
  }
  return join(directory, name);
}
