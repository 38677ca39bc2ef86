/** The work of `gait guard retain`. */
import { lstatSync } from "node:fs";
import { errorMembers, GaitError } from "../../../core/finding/error.ts";
import { canonicalBytes } from "../../../core/json/jcs.ts";
import { countText } from "../../../core/text/quantities.ts";
import { parseDuration } from "../../../core/time/go-duration.ts";
import { utcTimestamp } from "../../../core/time/timestamp.ts";
import { statOrNothing, withFileErrors } from "../../../host/files/errno.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { deleteFound, type FoundFile, findRetained, type RetainedKind } from "../../../host/guard/retention.ts";
import type { GuardRetainOutput } from "../../../schema/answer/guard-storage.ts";
import type { RetainedFile, RetentionReport } from "../../../schema/document/evidence-pack.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call, Flag } from "../../command/command.ts";
import { EXIT, exitOfError } from "../../command/exit.ts";

/** Six months, in nanoseconds: what the EU's AI Act asks for (articles 19 and 26). */
const LEAST = 4392n * 3_600_000_000_000n;

export async function retainFiles(call: Call): Promise<Answer<GuardRetainOutput>> {
  const root = call.option("--root");
  if (root === undefined)
    throw new GaitError("invalid_input", "--root is missing: it names the folder", { hint: "Give --root DIR." });
  const ttl = { trace: ttlOf(call, "--trace-ttl"), pack: ttlOf(call, "--pack-ttl") };
  const isDry = call.has("--dry-run");
  const reportPath = call.option("--report-out");
  if (reportPath !== undefined) assertReplaceable(reportPath);
  const now = call.now();
  const found = await findRetained(root, BigInt(Math.floor(now)) * 1_000_000n, ttl);
  const done = isDry ? { files: found.map(({ file }) => file), error: undefined } : deleteOld(found);
  const { files, error } = done;
  const report: RetentionReport = {
    created_at: utcTimestamp(Math.floor(now / 1000), Math.floor(now % 1000) * 1_000_000),
    deleted_files: files.filter(({ action }) => action === "deleted"),
    dry_run: isDry,
    kept_files: files.filter(({ action }) => action === "kept"),
    pack_ttl_seconds: Number(ttl.pack / 1_000_000_000n),
    producer_version: BUILD.version,
    root_path: root,
    scanned_files: files.length,
    schema_id: "gait.guard.retention_report",
    schema_version: "1.0.0",
    trace_ttl_seconds: Number(ttl.trace / 1_000_000_000n),
  };
  if (reportPath !== undefined) {
    const bytes = canonicalBytes(report as unknown as JsonObject);
    await writeAtomically(reportPath, async (sink) => sink.write(bytes), { force: true });
  }
  return answerOf(call, report, reportPath, error);
}

/** @returns nanoseconds; 0 or less keeps */
function ttlOf(call: Call, flag: Flag): bigint {
  const text = call.option(flag)?.trim() ?? "";
  const size = parseDuration(text.replace(/^[+-]/, ""));
  if (size === undefined) {
    throw new GaitError("invalid_input", `${flag} can't be ${JSON.stringify(text)}`, {
      hint: "Give a duration such as 4392h or 8760h; 0 keeps for ever.",
    });
  }
  if (text.startsWith("-") || size === 0n) return 0n;
  if (size < LEAST && !call.has("--force") && !call.has("--dry-run")) {
    throw new GaitError("invalid_input", `${flag} ${text} is shorter than six months (4392h)`, {
      hint: "See with --dry-run what would be deleted; --force deletes it.",
    });
  }
  return size;
}

/** Before anything is deleted: a report that can't be written afterwards is none. */
function assertReplaceable(path: string): void {
  withFileErrors("write", path, () => {
    const stats = path === "" ? undefined : statOrNothing(() => lstatSync(path));
    if (path !== "" && (stats === undefined || stats.isFile())) return;
    throw new GaitError("invalid_input", `the report can't be written to ${JSON.stringify(path)}`, {
      hint: "Give the path of a file.",
    });
  });
}

/** Stops at the first that can't be deleted; what was deleted before is said. */
function deleteOld(found: readonly FoundFile[]): { files: RetainedFile[]; error: GaitError | undefined } {
  const files: RetainedFile[] = [];
  let error: GaitError | undefined;
  for (const each of found) {
    const isOld = each.file.action === "deleted";
    let isGone = false;
    try {
      isGone = isOld && error === undefined && deleteFound(each);
    } catch (thrown) {
      if (!(thrown instanceof GaitError)) throw thrown;
      error = thrown;
    }
    files.push({ ...each.file, action: isGone ? "deleted" : "kept" });
  }
  return { files, error };
}

const COUNTED: readonly (readonly [RetainedKind, string])[] = [
  ["trace", "trace"],
  ["pack", "pack"],
];

function answerOf(
  call: Call,
  report: RetentionReport,
  reportPath: string | undefined,
  error: GaitError | undefined,
): Answer<GuardRetainOutput> {
  const { root_path, dry_run, scanned_files, deleted_files, kept_files } = report;
  const counted = (files: readonly RetainedFile[]): string =>
    COUNTED.map(([kind, word]) => countText(files.filter((file) => file.kind === kind).length, word)).join(", ");
  const lines = deleted_files.map(({ path }) => `  ${path}\n`).join("");
  return {
    exit: error === undefined ? EXIT.ok : exitOfError(error),
    json: {
      ...{ root_path, dry_run, scanned_files, deleted_files, kept_files },
      ...(reportPath === undefined ? {} : { report_path: reportPath }),
      ...(error === undefined ? {} : errorMembers(error)),
    },
    text: `${dry_run ? "would delete" : "deleted"}  ${counted(deleted_files)}; kept ${counted(kept_files)}\n${lines}`,
    notes: error === undefined ? "" : `${call.stderr.isTerminal ? "" : "gait guard retain: "}${error.message}\n`,
  };
}
