/** A folder to run the executable in. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conforms } from "./answers.ts";
import { gait } from "./gait.ts";

const EXAMPLES = join(import.meta.dir, "../../docs/examples");

export interface Scene {
  readonly path: string;
  /** The path of a file in it. */
  at(...parts: string[]): string;
  /** Everything in it, by path. */
  files(): string[];
  /** Runs the executable in it with `--json`; the answer must be one object that fits its published schema. */
  json(args: readonly string[]): { exit: number | null; answer: Answer };
  remove(): void;
}

/** The members of an answer that tests look at. */
export interface Answer {
  readonly schema_id: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly error_code?: string;
  readonly hint?: string;
  readonly path?: string;
  readonly bundle?: string;
  readonly run_id?: string;
  readonly pack_id?: string;
  readonly warnings?: readonly string[];
  readonly verdict?: string;
  readonly verified?: boolean;
  readonly verify?: { readonly verdict: string };
  readonly findings?: readonly { readonly code: string }[];
  readonly entries?: readonly { readonly intent_id: string; readonly tool_name?: string; readonly status?: string }[];
}

/** A new folder with docs/examples in it. */
export function exampleFolder(): Scene {
  const path = mkdtempSync(join(tmpdir(), "gait-e2e-"));
  for (const name of readdirSync(EXAMPLES)) copyFileSync(join(EXAMPLES, name), join(path, name));
  return {
    path,
    at: (...parts) => join(path, ...parts),
    files: () => filesBelow(path).sort(),
    json(args) {
      const { exit, stdout, stderr } = gait([...args, "--json"], { cwd: path });
      if (stderr !== "" || stdout.indexOf("\n") !== stdout.length - 1) {
        throw new Error(`not one line of JSON: ${stdout}${stderr}`);
      }
      const answer = JSON.parse(stdout) as Answer;
      const wrong = conforms(answer);
      if (wrong.length > 0) throw new Error(`${stdout} does not fit its schema: ${JSON.stringify(wrong)}`);
      return { exit, answer };
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Bun's recursion follows links, and fails at one that leads to itself. */
function filesBelow(folder: string, prefix = ""): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? [`${prefix}${entry.name}/`, ...filesBelow(join(folder, entry.name), `${prefix}${entry.name}/`)]
      : [`${prefix}${entry.name}`],
  );
}
