/**
 * The code that reads a source, in a form that the runtime can be told of (`Platform.lastTierSparer`): a session of a
 * hundred megabytes is read in a second, a third of which would go into compiling this code once more. Private methods
 * can't be listed from outside, so that classes have them in `hot`.
 */
import { TIMESTAMP_CODE } from "../../schema/validate/format.ts";
import { RecordMembers } from "../contents/record-members.ts";
import { COPY_CODE } from "../json/canonical-copy.ts";
import { isBlankLine } from "../json/lines.ts";
import { closingQuote, jsonValueEnd, MemberWalk } from "../json/member-walk.ts";
import { JsonOutline, OUTLINE_CODE } from "../json/outline.ts";
import { methodsOf } from "../platform/hot-code.ts";
import type { Compilable } from "../platform/platform.ts";
import { LinesAhead } from "../run/lines-ahead.ts";
import { intentParts, ReadyLines, resultParts } from "../run/ready-record.ts";
import { CallTable } from "./record/call-table.ts";
import { IdIndex } from "./record/id-index.ts";
import { LineSpool } from "./record/line-spool.ts";
import { NumberList } from "./record/number-list.ts";
import { JsonToken, payloadOf } from "./record/payload.ts";
import { ImportRun } from "./record/run.ts";
import { SpoolBytes } from "./record/spool-bytes.ts";
import { sourceTime } from "./record/time.ts";
import { Timeline } from "./record/timeline.ts";
import { readSourceJson } from "./source/json.ts";
import { KnownTexts } from "./source/known-texts.ts";
import { ImportTally } from "./source/tally.ts";
import { isScanned } from "./source/text.ts";

const CLASSES = [
  CallTable,
  IdIndex,
  ImportRun,
  ImportTally,
  JsonOutline,
  JsonToken,
  KnownTexts,
  LineSpool,
  LinesAhead,
  MemberWalk,
  NumberList,
  ReadyLines,
  RecordMembers,
  SpoolBytes,
  Timeline,
];

/** What all formats have in common. */
export function hotCode(): Compilable[] {
  const functions = [
    ...COPY_CODE,
    ...OUTLINE_CODE,
    ...TIMESTAMP_CODE,
    closingQuote,
    intentParts,
    isBlankLine,
    isScanned,
    jsonValueEnd,
    payloadOf,
    readSourceJson,
    resultParts,
    sourceTime,
  ];
  return [...functions, ...CLASSES.flatMap((each) => methodsOf(each))];
}
