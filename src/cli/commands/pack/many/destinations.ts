/** Where the reports on many packs go: the standard output, the file of `--out`, and the summary of a step on GitHub. */
import { appendFileSync, existsSync } from "node:fs";
import { GaitError } from "../../../../core/finding/error.ts";
import { withFileErrors } from "../../../../host/files/errno.ts";
import { isFolder } from "../../../../host/files/folder-walk.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import type { Call, Terminal } from "../../../command/command.ts";
import type { ReceiptsOf } from "../../../formats/receipt.ts";
import { escaped } from "../../../terminal/style.ts";
import { assertNamed, type FormatName, formatNameOf, formatOf } from "./choose-format.ts";
import { createPackListReport, type Destination, type PackListReport } from "./report-writer.ts";

export interface Reports extends PackListReport {
  /** Whether the standard output has the text for people. */
  readonly isText: boolean;
}

/**
 * The reports that a call asks for. With `--out` the file has the format, and the standard output the text for people, or
 * with `--json` the same as the file.
 * @param receipts.shown with `--account`
 * @param receipts.kept a report that is written besides
 * @throws GaitError `invalid_input` for `--json` beside another format, `already_exists` for a file of `--out`
 */
export async function reportsOf(
  call: Call,
  { shown: receipts, kept }: { readonly shown: ReceiptsOf | undefined; readonly kept: PackListReport | undefined },
): Promise<Reports> {
  const name = formatNameOf(call);
  const out = call.option("--out");
  if (out !== undefined) {
    assertNamed(call, name, out);
    assertFree(out, call);
  }
  const shown: FormatName = out === undefined || call.json ? name : "text";
  const stepSummary = name === "github" ? (call.env["GITHUB_STEP_SUMMARY"] ?? "") : "";
  const all: readonly PackListReport[] = [
    ...(kept === undefined ? [] : [kept]),
    createPackListReport(standardOutput(call), await formatOf(shown, call, call.stdout, receipts)),
    ...(out === undefined ? [] : [createPackListReport(file(out, call), await formatOf(name, call, PLAIN, receipts))]),
    ...(stepSummary === ""
      ? []
      : [createPackListReport(appended(stepSummary), await formatOf("markdown", call, PLAIN))]),
  ];
  return {
    isText: shown === "text",
    async add(result, milliseconds, verification) {
      for (const each of all) await each.add(result, milliseconds, verification);
    },
    async end(told) {
      for (const each of all) await each.end(told);
    },
    dispose() {
      for (const each of all) each.dispose();
    },
  };
}

const PLAIN: Terminal = { isTerminal: false, color: false, columns: undefined };

function standardOutput(call: Call): Destination {
  return {
    streams: true,
    async write(parts) {
      for await (const part of parts) await call.write(part);
    },
  };
}

function file(path: string, call: Call): Destination {
  return {
    streams: false,
    async write(parts) {
      const encoder = new TextEncoder();
      await writeAtomically(
        path,
        async (sink) => {
          for await (const part of parts) sink.write(encoder.encode(escaped(part)));
        },
        { force: call.has("--force"), inputs: call.inputs },
      );
    },
  };
}

/** The file belongs to the runner, which made it, and to what other commands of the step wrote to it. */
function appended(path: string): Destination {
  return {
    streams: false,
    async write(parts) {
      let text = "";
      for await (const part of parts) text += part;
      withFileErrors("write", path, () => appendFileSync(path, escaped(text)));
    },
  };
}

/** Asked before the work: reports of the same packs differ in their times, so that one in the same place is another. */
function assertFree(path: string, call: Call): void {
  if (!existsSync(path)) return;
  // Nothing replaces a folder.
  if (isFolder(path)) {
    throw new GaitError("invalid_input", `${path} is a folder, but the output must be a regular file`, {
      hint: "Give the path of a file in it.",
    });
  }
  if (call.has("--force")) return;
  throw new GaitError("already_exists", `${path} already exists`, {
    hint: "Give another path, or --force to replace it.",
  });
}
