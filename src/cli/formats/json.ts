/** For programs: one object (`json`), or one line per pack and one for the summary (`ndjson`). */
import { envelope, jsonLine } from "../../core/verify/json-answer.ts";
import type { Envelope, OwnMembers } from "../../schema/answer/answer.ts";
import { PACKS, type PacksReport, type PacksResultLine, type PacksSummaryLine } from "../../schema/answer/packs.ts";
import { EXIT } from "../command/exit.ts";
import { exitOfTold, type Format, type Told } from "./format.ts";

const SUBJECT = { schemaId: PACKS, operation: "verify" } as const;

export const NDJSON: Format = {
  streams: true,
  tellsFault: false,
  separator: "",
  begin: () => "",
  items: (result) => [line<PacksResultLine>(result.ok, { result })],
  end: (told) => line<PacksSummaryLine>(isFine(told), { summary: told.summary, ...warningMembers(told) }),
};

export const JSON_REPORT: Format = {
  streams: false,
  tellsFault: false,
  separator: ",",
  begin: (told) => around({ ...told, warnings: [] })[0],
  items: (result) => [jsonLine(result).trimEnd()],
  end: (told) => around(told)[1],
};

/** The report without its results: the parts before and after them. */
function around(told: Told): [before: string, after: string] {
  const whole = line<PacksReport>(isFine(told), { results: [], summary: told.summary, ...warningMembers(told) });
  // Matches the first occurrence: no text precedes it, and quotes in text are escaped.
  const place = whole.indexOf('"results":[') + '"results":['.length;
  return [whole.slice(0, place), whole.slice(place)];
}

function line<Output extends Envelope>(ok: boolean, members: OwnMembers<Output>): string {
  return jsonLine(envelope(SUBJECT, ok, members));
}

function warningMembers({ warnings }: Told): { warnings?: readonly string[] } {
  return warnings.length === 0 ? {} : { warnings };
}

function isFine(told: Told): boolean {
  return exitOfTold(told) === EXIT.ok;
}
