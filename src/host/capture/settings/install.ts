/** The settings file of an agent: edited, and given back as it was. */

import { createHash } from "node:crypto";
import {
  chmodSync as chmod,
  existsSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Agent, HookCommand } from "../../../core/capture/agent-hooks.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { withFileErrors } from "../../files/errno.ts";
import { stageFile } from "../../files/staged.ts";
import { makeCaptureFolder } from "../folder.ts";
import { withHooks, withoutHooks } from "./edit.ts";

/** What the settings were before, kept until they are taken out. */
interface Kept {
  readonly path: string;
  /** base64; null where there was no file. */
  readonly before: string | null;
  /** SHA-256 of what was written. */
  readonly after: string;
}

export interface SettingsEdit {
  readonly path: string;
  readonly before: string | undefined;
  /** `undefined`: no file. */
  readonly after: string | undefined;
  write(): void;
}

export function installing(path: string, agent: Agent, command: HookCommand, folder: string): SettingsEdit {
  const before = textOf(path);
  const after = withHooks(before ?? (path.endsWith(".json") ? "{}\n" : ""), agent, command, path);
  return {
    ...{ path, before, after },
    write() {
      if (after === before) return;
      keep(folder, {
        path,
        before: before === undefined ? null : Buffer.from(before).toString("base64"),
        after: sha256(after),
      });
      replace(path, after);
    },
  };
}

export function uninstalling(path: string, agent: Agent, folder: string): SettingsEdit {
  const before = textOf(path);
  if (before === undefined) return { path, before, after: undefined, write: () => undefined };
  const kept = keptOf(folder, path);
  const isAsWritten = kept !== undefined && kept.after === sha256(before);
  const original =
    kept?.before === null || kept === undefined ? undefined : Buffer.from(kept.before, "base64").toString();
  const after = isAsWritten ? original : withoutHooks(before, agent, path);
  return {
    ...{ path, before, after },
    write() {
      if (after === before) return;
      if (after === undefined) withFileErrors("write", path, () => unlinkSync(path));
      else replace(path, after);
      rmSync(keptPath(folder, path), { force: true });
    },
  };
}

/** @throws GaitError `invalid_input` for a file that is no UTF-8: its bytes would not come back */
function textOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = withFileErrors("read", path, () => readFileSync(path));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new GaitError("invalid_input", `${path} can't be edited: it is no UTF-8`, { hint: "Correct the file." });
  }
}

/** In the place of the file that a link leads to, with the mode that it has. */
function replace(path: string, text: string): void {
  const isThere = existsSync(path);
  const target = isThere && lstatSync(path).isSymbolicLink() ? realpathSync(path) : path;
  const staged = stageFile(dirname(target), "settings");
  try {
    staged.sink.write(new TextEncoder().encode(text));
    staged.seal();
    if (isThere) withFileErrors("write", target, () => chmod(staged.path, statSync(target).mode & 0o777));
    withFileErrors("write", target, () => renameSync(staged.path, target));
  } finally {
    staged.discard();
  }
}

function keep(folder: string, kept: Kept): void {
  makeCaptureFolder(join(folder, "installed"));
  replace(keptPath(folder, kept.path), `${JSON.stringify(kept)}\n`);
}

function keptOf(folder: string, path: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(keptPath(folder, path), "utf8")) as Kept;
  } catch {
    return undefined;
  }
}

function keptPath(folder: string, path: string): string {
  return join(folder, "installed", `${sha256(path).slice(0, 32)}.json`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
