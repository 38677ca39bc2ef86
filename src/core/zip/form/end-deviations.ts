/** The records of an archive's end against one row of the table. */

import { type EndRecords, SEE_ZIP64_16, SEE_ZIP64_32 } from "../record/fields.ts";
import type { Deviation } from "./entry-deviations.ts";
import type { EndForm, Form } from "./table/row.ts";

export function endDeviations({ end: rule, zip64 }: Form, { record, wide }: EndRecords): Deviation[] {
  const large = wide ?? record;
  const [must, may] = [SEE_ZIP64_32, zip64.from].map(
    (from) => large.entries >= SEE_ZIP64_16 || large.directorySize >= from || large.directoryOffset >= from,
  );
  if (wide === undefined) {
    return rule.zip64 === "always" ? [mismatch("the archive has no zip64 end record")] : [];
  }
  const allowed = rule.zip64 === "always" || (rule.zip64 === "needed" && may);
  if (!allowed) return [mismatch(must === true ? "a zip64 end record" : "a zip64 end record without need")];
  const found: Deviation[] = [];
  if (wide.versionMadeBy !== rule.madeBy) {
    found.push(mismatch("version made by in the zip64 end record", hex(rule.madeBy), hex(wide.versionMadeBy)));
  }
  if (wide.versionNeeded !== VERSION_ZIP64) {
    found.push(mismatch("version needed in the zip64 end record", `${VERSION_ZIP64}`, `${wide.versionNeeded}`));
  }
  const expected = keptBy(rule, wide);
  const actual = [record.disk, record.diskEntries, record.entries, record.directorySize, record.directoryOffset];
  if (record.directoryDisk !== record.disk || expected.some((value, index) => value !== actual[index])) {
    found.push(mismatch("the numbers that the end record keeps", expected.join(", "), actual.join(", ")));
  }
  return found;
}

const VERSION_ZIP64 = 45;

/** Disk, entries on it, all entries, the directory's size and its offset. */
function keptBy({ keeps }: EndForm, wide: NonNullable<EndRecords["wide"]>): number[] {
  if (keeps === "nothing") return [0, SEE_ZIP64_16, SEE_ZIP64_16, SEE_ZIP64_32, SEE_ZIP64_32];
  if (keeps === "not even disks") return [SEE_ZIP64_16, SEE_ZIP64_16, SEE_ZIP64_16, SEE_ZIP64_32, SEE_ZIP64_32];
  const count = Math.min(wide.entries, SEE_ZIP64_16);
  const offset = keeps === "fitting" ? Math.min(wide.directoryOffset, SEE_ZIP64_32) : SEE_ZIP64_32;
  return [0, count, count, Math.min(wide.directorySize, SEE_ZIP64_32), offset];
}

function mismatch(what: string, expected?: string, actual?: string): Deviation {
  return {
    code: "zip64_mismatch",
    what,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}
