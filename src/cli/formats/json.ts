/** For programs: one object (`json`), or one line per pack and one for the summary (`ndjson`). */
import { envelope, jsonLine } from "../../core/verify/json-answer.ts";
import type { Envelope, OwnMembers } from "../../schema/answer/answer.ts";
import {
  PACKS,
  type PacksReport,
  type PacksResultLine,
  type PacksSummary,
  type PacksSummaryLine,
} from "../../schema/answer/packs.ts";
import { EXIT } from "../command/exit.ts";
import { exitOfSummary, type Format } from "./format.ts";

const SUBJECT = { schemaId: PACKS, operation: "verify" } as const;

export const NDJSON: Format = {
  streams: true,
  separator: "",
  begin: () => "",
  items: (result) => [line<PacksResultLine>(result.ok, { result })],
  end: (summary, warnings) => line<PacksSummaryLine>(isFine(summary), { summary, ...warningMembers(warnings) }),
};

export const JSON_REPORT: Format = {
  streams: false,
  separator: ",",
  begin: (summary) => around(summary, [])[0],
  items: (result) => [jsonLine(result).trimEnd()],
  end: (summary, warnings) => around(summary, warnings)[1],
};

/** The report without its results: the parts before and after them. */
function around(summary: PacksSummary, warnings: readonly string[]): [before: string, after: string] {
  const whole = line<PacksReport>(isFine(summary), { results: [], summary, ...warningMembers(warnings) });
  // Matches the first occurrence: no text precedes it, and quotes in text are escaped.
  const place = whole.indexOf('"results":[') + '"results":['.length;
  return [whole.slice(0, place), whole.slice(place)];
}

function line<Output extends Envelope>(ok: boolean, members: OwnMembers<Output>): string {
  return jsonLine(envelope(SUBJECT, ok, members));
}

function warningMembers(warnings: readonly string[]): { warnings?: readonly string[] } {
  return warnings.length === 0 ? {} : { warnings };
}

function isFine(summary: PacksSummary): boolean {
  return exitOfSummary(summary) === EXIT.ok;
}
