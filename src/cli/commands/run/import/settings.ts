/** What the flags of `gait run import` ask for, beside the sources. */

import { GaitError } from "../../../../core/finding/error.ts";
import { formatNamed } from "../../../../core/import/recognise.ts";
import { inputTime } from "../../../../core/time/timestamp.ts";
import type { Call } from "../../../command/command.ts";
import { type Signing, signingOf } from "../../../flags/signing.ts";
import { sinceOf } from "../../../flags/since.ts";

export interface ImportSettings {
  readonly format: string | undefined;
  /** Id of the only run to take: the source's, or the runpack's. */
  readonly run: string | undefined;
  readonly runId: string | undefined;
  readonly captureMode: "reference" | "raw";
  readonly redact: boolean;
  readonly strict: boolean;
  readonly dryRun: boolean;
  readonly pack: boolean;
  readonly keepSource: boolean;
  readonly force: boolean;
  readonly outDir: string;
  readonly html: string | undefined;
  readonly report: string | undefined;
  /** For runs whose source tells no time at all. */
  readonly createdAt: string;
  readonly since: number | undefined;
  readonly signing: Signing;
}

/** @throws GaitError `invalid_input` for flags that don't go together, and for a value that is none */
export async function importSettings(call: Call): Promise<ImportSettings> {
  const format = call.option("--format");
  if (format !== undefined) formatNamed(format);
  const now = new Date(call.now()).toISOString();
  const settings: ImportSettings = {
    format,
    run: call.option("--run"),
    runId: call.option("--run-id")?.trim(),
    captureMode: call.option("--capture-mode") === "raw" ? "raw" : "reference",
    redact: call.has("--redact"),
    strict: call.has("--strict"),
    dryRun: call.has("--dry-run"),
    pack: call.has("--pack"),
    keepSource: call.has("--keep-source"),
    force: call.has("--force"),
    outDir: call.option("--out-dir") ?? "gait-out",
    html: call.option("--html"),
    report: call.option("--report"),
    createdAt: inputTime(call.option("--created-at"), "--created-at") ?? now,
    since: sinceOf(call),
    signing: await signingOf(call),
  };
  if (settings.keepSource && !settings.pack) {
    throw new GaitError("invalid_input", "--keep-source needs --pack: a runpack has no place for files", {
      hint: "Add --pack.",
    });
  }
  return settings;
}
