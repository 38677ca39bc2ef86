/** How an agent starts this program. */
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Environment } from "../../command/command.ts";

/** The words, as `gait` alone where that finds this very program. */
export function shortProgram({ program, env }: Pick<Environment, "program" | "env">): readonly string[] {
  const [own = "", ...script] = program;
  if (script.length > 0) return program;
  const name = process.platform === "win32" ? "gait.exe" : "gait";
  // The first that is found is the one that runs.
  const found = (env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
  return found !== undefined && isAbsolute(found) && realpathSync(found) === realpathSync(own) ? ["gait"] : program;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
