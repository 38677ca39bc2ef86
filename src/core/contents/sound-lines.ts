/**
 * Whether whole lines are all sound records that nothing is to be said of. It says yes or nothing: the checker of
 * `record-lines.ts` judges what it leaves, with the same rules, and explains.
 */
import type { RecordValidator } from "../../schema/validate/validator.ts";
import { JsonError } from "../json/error.ts";
import { isBlankLine } from "../json/lines.ts";
import { JsonOutline, OUTLINE_CODE } from "../json/outline.ts";
import { methodsOf } from "../platform/hot-code.ts";
import type { Compilable, TextProof } from "../platform/platform.ts";
import { IntList } from "./int-list.ts";
import { LineRing, type LinesCheck, type SoundLines } from "./line-ring.ts";
import { PayloadDigests } from "./payload-digest.ts";
import { RecordMembers } from "./record-members.ts";
import { createRecordTest, RECORD_CODE } from "./record-shape.ts";

const LF = 0x0a;

type Spare = (functions: readonly Compilable[]) => void;

/** `spare`: the check runs for a moment only, and is not worth the runtime's last compiler (`Platform.lastTierSparer`). */
export function createLinesCheck(
  validator: RecordValidator,
  runId: string,
  newPayloads: () => PayloadDigests,
  { proof, spare }: { readonly proof?: TextProof | undefined; readonly spare?: Spare | undefined } = {},
): LinesCheck {
  const outline = new JsonOutline(1, proof);
  const fits = createRecordTest(validator);
  const members = new RecordMembers(["intent_id", "run_id"]);
  let payloads = newPayloads();
  /** What is checked is copied first: not every decoder takes shared memory. */
  let room = new Uint8Array(0);
  const isSound = (start: number, end: number, intentIds: IntList): boolean => {
    outline.scan(room, { start, end });
    if (!fits(outline)) return false;
    const { intent_id: intentId, run_id: recordRun } = members.of(outline);
    intentIds.push(outline.fingerprint(intentId));
    return payloads.disagreement(outline) === undefined && outline.isString(recordRun, runId);
  };
  const check = (length: number): SoundLines | undefined => {
    const intentIds = new IntList();
    const before = payloads.kept;
    let lines = 0;
    for (let start = 0; start < length; ) {
      const end = room.indexOf(LF, start);
      if (end < 0 || end >= length) return undefined;
      lines += 1;
      if (!isBlankLine(room, start, end) && !isSound(start, end, intentIds)) return undefined;
      start = end + 1;
    }
    return { lines, intentIds: intentIds.values(), kept: payloads.kept - before };
  };
  const checkCopied: LinesCheck = (content) => {
    if (content.length > room.length) room = new Uint8Array(content.length);
    room.set(content);
    let sound: SoundLines | undefined;
    try {
      sound = check(content.length);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
    }
    // It stops after some that disagree, and would then say nothing of any.
    if (sound === undefined) payloads = newPayloads();
    return sound;
  };
  const classes = [IntList, JsonOutline, LineRing, PayloadDigests, RecordMembers].flatMap((each) => methodsOf(each));
  spare?.([...RECORD_CODE, ...OUTLINE_CODE, ...classes, isBlankLine, fits, isSound, check, checkCopied]);
  return checkCopied;
}
