/** Writing beside a pack: lines are added to a file, whole files get names of their own; never a partial file. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { durableFiles } from "../files/durable.ts";
import { errnoOf, fileError } from "../files/errno.ts";
import { writeAtomically } from "../files/output.ts";
import { acquireLock } from "../job/lock.ts";
import { thisMachine } from "../job/process-identity.ts";

export interface SidecarWritten {
  readonly path: string;
  readonly outcome: "created" | "added" | "unchanged";
}

/**
 * Adds lines to `path`. What is there stays byte for byte; a line that is there already is not written twice. Two processes
 * take turns.
 */
export async function addLines(
  path: string,
  lines: readonly string[],
  inputs: readonly string[],
): Promise<SidecarWritten> {
  const lock = await acquireLock(`${path}.lock`, { files: durableFiles, processes: thisMachine() });
  try {
    const before = contentOf(path);
    const present = new Set((before ?? "").split(/\r?\n/));
    const added = lines.filter((line, at) => !present.has(line) && lines.indexOf(line) === at);
    if (added.length === 0 && before !== undefined) return { path, outcome: "unchanged" };
    const start = before === undefined || before === "" || before.endsWith("\n") ? (before ?? "") : `${before}\n`;
    const bytes = Buffer.from(`${start}${added.map((line) => `${line}\n`).join("")}`, "latin1");
    await writeAtomically(path, async (sink) => sink.write(bytes), { force: true, inputs });
    return { path, outcome: before === undefined ? "created" : "added" };
  } finally {
    lock.release();
  }
}

/** The bytes, one a character: they are written again as they are. */
function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw fileError(error, "read", path);
  }
}

/** A file with this very name. @throws GaitError `already_exists` where another is there */
export async function writeNamed(path: string, bytes: Uint8Array, inputs: readonly string[]): Promise<SidecarWritten> {
  const { outcome } = await writeAtomically(path, async (sink) => sink.write(bytes), { inputs });
  return { path, outcome: outcome === "unchanged" ? "unchanged" : "created" };
}

/** The same, where what is written may have been given from that very place: then it is there already. */
export async function writeOrKeep(path: string, bytes: Uint8Array, inputs: readonly string[]): Promise<SidecarWritten> {
  if (inputs.some((input) => resolve(input) === resolve(path))) return { path, outcome: "unchanged" };
  return writeNamed(path, bytes, inputs);
}

/** `PATH.ENDING`, or with a number as its label, `PATH.2.ENDING`, where another is there. An answer that is there already is not written twice. */
export async function writeLabelled(
  path: string,
  ending: string,
  bytes: Uint8Array,
  inputs: readonly string[],
): Promise<SidecarWritten> {
  for (let count = 1; ; count += 1) {
    const target = count === 1 ? `${path}.${ending}` : `${path}.${count}.${ending}`;
    try {
      return await writeOrKeep(target, bytes, inputs);
    } catch (error) {
      if (!(error instanceof GaitError) || error.code !== "already_exists" || count === MOST_NAMES) throw error;
    }
  }
}

/** A file of its own: `PATH.ENDING`, or `PATH-2.ENDING` and so on where another is there. */
export async function writeBeside(
  path: string,
  ending: string,
  bytes: Uint8Array,
  inputs: readonly string[],
): Promise<SidecarWritten> {
  for (let count = 1; ; count += 1) {
    const target = `${path}${count === 1 ? "" : `-${count}`}.${ending}`;
    try {
      return await writeNamed(target, bytes, inputs);
    } catch (error) {
      if (!(error instanceof GaitError) || error.code !== "already_exists" || count === MOST_NAMES) throw error;
    }
  }
}

const MOST_NAMES = 99;
