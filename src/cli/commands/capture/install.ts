/** The work of `gait capture install` and `uninstall`. */
import { homedir } from "node:os";
import { join } from "node:path";
import { AGENT_HOOKS, type Agent, agentNamed } from "../../../core/capture/agent-hooks.ts";
import { printable } from "../../../core/text/printable.ts";
import { captureFolder } from "../../../host/capture/folder.ts";
import { installing, type SettingsEdit, uninstalling } from "../../../host/capture/settings/install.ts";
import type { CaptureInstallOutput, CaptureUninstallOutput } from "../../../schema/answer/capture.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { paint } from "../../terminal/style.ts";
import { lineChanges } from "./line-changes.ts";
import { shortProgram } from "./own-program.ts";

export function installHooks(call: Call): Answer<CaptureInstallOutput> {
  const [agent, path] = settingsOf(call);
  const [program = "", ...script] = shortProgram(call);
  const command = [program, ...script, "capture", "hook"] as const;
  const edit = installing(path, agent, command, captureFolder(call.env));
  return changed(call, agent, edit, "installed");
}

export function uninstallHooks(call: Call): Answer<CaptureUninstallOutput> {
  const [agent, path] = settingsOf(call);
  return changed(call, agent, uninstalling(path, agent, captureFolder(call.env)), "removed");
}

function settingsOf(call: Call): readonly [Agent, string] {
  const agent = agentNamed(call.positionals[0] ?? "");
  const root = call.has("--project") ? call.cwd : (call.env["HOME"] ?? homedir());
  return [agent, join(root, ...AGENT_HOOKS[agent].settings)];
}

function changed(
  call: Call,
  agent: Agent,
  edit: SettingsEdit,
  done: "installed" | "removed",
): Answer<CaptureInstallOutput | CaptureUninstallOutput> {
  const { path, before, after } = edit;
  const dryRun = call.has("--dry-run");
  if (!dryRun) edit.write();
  const outcome = before === after ? "unchanged" : done;
  const diff = lineChanges(before ?? "", after ?? "");
  const word = paint(
    dryRun ? `would be ${outcome}` : outcome,
    outcome === "unchanged" ? "strong" : "good",
    call.stdout,
  );
  return {
    exit: EXIT.ok,
    json: { agent, path, outcome, dry_run: dryRun, diff },
    text: `${word}  ${printable(path)}\n${diff
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => `  ${printable(line)}\n`)
      .join("")}`,
  };
}
