/** Selects the output format for many packs. Only the requested one is loaded. */
import { GaitError } from "../../../../core/finding/error.ts";
import type { Call } from "../../../command/command.ts";
import type { Format } from "../../../formats/format.ts";

export const FORMATS = ["text", "json", "ndjson", "junit", "sarif"] as const;

/** @throws GaitError `invalid_input` for `--json` beside another format */
export async function formatOf(call: Call): Promise<Format> {
  const asked = call.option("--format");
  if (call.json && asked !== undefined && asked !== "json") {
    throw new GaitError("invalid_input", `--json and --format ${asked} are both given`, { hint: "Give one of them." });
  }
  switch (call.json ? "json" : asked) {
    case "json":
      return (await import("../../../formats/json.ts")).JSON_REPORT;
    case "ndjson":
      return (await import("../../../formats/json.ts")).NDJSON;
    case "junit":
      return (await import("../../../formats/junit.ts")).JUNIT;
    case "sarif":
      return (await import("../../../formats/sarif.ts")).sarifFormat();
    default:
      return (await import("../../../formats/text.ts")).textFormat(call.stdout);
  }
}
