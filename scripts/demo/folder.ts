/** Where the demo leaves its files: in the checkout, or where that can't be written in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export interface DemoFolder {
  readonly folder: string;
  /** As the reader of the output would type it. */
  readonly shown: string;
  /** Why it is somewhere else. */
  readonly note?: string;
}

/** An empty folder at `path`: what an earlier demo left there is removed. */
export function demoFolder(path: string): DemoFolder {
  try {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    return { folder: path, shown: basename(path) };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const folder = mkdtempSync(join(tmpdir(), "gait-demo-"));
    return { folder, shown: folder, note: `${path} can't be written (${code}): the files are in ${folder}` };
  }
}
