/** The answers of `gait capture … --json` (contract 12). */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, nonBlank, nonEmpty, text } from "../document/primitives.ts";
import { answer, failure } from "./answer.ts";

const CAPTURE = "gait.capture.output";

const folder = nonEmpty("The folder of the logs.");

export const CaptureListOutputSchema = answer(CAPTURE, "list", {
  folder,
  logs: Type.Array(
    Type.Object(
      {
        path: nonEmpty("The log."),
        size: count("In bytes."),
        modified: nonBlank("When it was written to last, RFC 3339 in UTC."),
      },
      CLOSED,
    ),
    { description: "By their names." },
  ),
});
export type CaptureListOutput = Frozen<Static<typeof CaptureListOutputSchema>>;

export const CapturePathOutputSchema = answer(CAPTURE, "path", { folder });
export type CapturePathOutput = Frozen<Static<typeof CapturePathOutputSchema>>;

const SETTINGS = {
  agent: Type.Enum(["claude-code", "codex", "gemini-cli"]),
  path: nonEmpty("The agent's settings file."),
  outcome: Type.Enum(["installed", "removed", "unchanged"], { description: "`unchanged`: it was so before." }),
  dry_run: Type.Boolean({ description: "Nothing was written: this is what would be." }),
  diff: text("Lines that change, each with - or + before it."),
};

export const CaptureInstallOutputSchema = answer(CAPTURE, "install", SETTINGS);
export type CaptureInstallOutput = Frozen<Static<typeof CaptureInstallOutputSchema>>;
export const CaptureUninstallOutputSchema = answer(CAPTURE, "uninstall", SETTINGS);
export type CaptureUninstallOutput = Frozen<Static<typeof CaptureUninstallOutputSchema>>;

/** `capture hook` and `capture mcp` have no answer: their standard output is the agent's. */
export const CaptureHookOutputSchema = answer(CAPTURE, "hook", {});
export type CaptureHookOutput = Frozen<Static<typeof CaptureHookOutputSchema>>;
export const CaptureMcpOutputSchema = answer(CAPTURE, "mcp", {});
export type CaptureMcpOutput = Frozen<Static<typeof CaptureMcpOutputSchema>>;

export const CaptureOtlpOutputSchema = answer(CAPTURE, "otlp", {
  log: Type.Optional(nonEmpty("The log; absent where nothing came.")),
  size: Type.Optional(count("Of the log, in bytes.", 1)),
  url: nonEmpty("Where it listened."),
  requests: count("Requests, the refused ones too."),
  spans: count("Spans in the log."),
  log_records: count("Log records in the log."),
  refused: count("Requests that were not answered by 200: nothing of them is in the log."),
});
export type CaptureOtlpOutput = Frozen<Static<typeof CaptureOtlpOutputSchema>>;

/** `gait capture … --json`. */
export const CaptureOutputSchema = Type.Union([
  CaptureListOutputSchema,
  CapturePathOutputSchema,
  CaptureInstallOutputSchema,
  CaptureUninstallOutputSchema,
  CaptureOtlpOutputSchema,
  failure(CAPTURE, ["hook", "list", "path", "mcp", "install", "uninstall", "otlp"], {}),
]);
