/** The work of `gait capture list` and `path`. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { printable } from "../../../core/text/printable.ts";
import { sizeText } from "../../../core/text/quantities.ts";
import { captureFolder } from "../../../host/capture/folder.ts";
import { errnoOf, withFileErrors } from "../../../host/files/errno.ts";
import type { CaptureListOutput, CapturePathOutput } from "../../../schema/answer/capture.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { rows } from "../../terminal/rows.ts";

export function listCaptures(call: Call): Answer<CaptureListOutput> {
  const folder = captureFolder(call.env);
  // Those of `run exec` are in folders of their own.
  const logs = namesIn(folder)
    .flatMap((name) => (name.startsWith("exec_") ? namesIn(join(folder, name)).map((log) => join(name, log)) : [name]))
    .filter((name) => name.endsWith(".jsonl"))
    .toSorted()
    .flatMap((name) => {
      const path = join(folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isFile() === true ? [{ path, size: stats.size, modified: stats.mtime.toISOString() }] : [];
    });
  const lines = rows(
    logs.map(({ path, size, modified }) => [modified.slice(0, 19), `${sizeText(size)}  ${path}`] as const),
    call.stdout,
    "",
  );
  const text = logs.length === 0 ? `nothing was captured in ${printable(folder)}\n` : lines;
  return { exit: EXIT.ok, json: { folder, logs }, text };
}

export function capturePath(call: Call): Answer<CapturePathOutput> {
  const folder = captureFolder(call.env);
  return { exit: EXIT.ok, json: { folder }, text: `${printable(folder)}\n` };
}

function namesIn(folder: string): string[] {
  return withFileErrors("read", folder, () => {
    try {
      return readdirSync(folder);
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    }
  });
}
