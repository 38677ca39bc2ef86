/** The forms of archivers: programs that people and scripts run on files. */

import {
  deflated,
  either,
  FROM_4_GIB,
  MODIFIED,
  NO_ATTRIBUTES,
  NO_ZIP64,
  NO_ZIP64_END,
  NTFS_TIMES,
  OWNER,
  stored,
  streamed,
  ZIP64_FIELD,
} from "./parts.ts";
import type { EndForm, ExtraForm, Form, Zip64Form } from "./row.ts";

/** Info-ZIP `zip` 3.0 on Unix. Its options for speed set flags on what it then stores, too; text files are marked. */
const INFO_ZIP = {
  madeBy: [0x031e],
  flags: [0, 2, 4, 6],
  internal: [0, 1],
  attributes: { mode: "regular", low: [0, 1] },
} as const;
const INFO_ZIP_TIMES: ExtraForm = { kind: "times", flags: [3] };
const INFO_ZIP_CENTRAL: ExtraForm = { kind: "times", flags: [3], first: true };
const INFO_ZIP_ZIP64: Zip64Form = { local: "needed", central: "each", from: FROM_4_GIB, needed: 45 };
const INFO_ZIP_END: EndForm = { zip64: "needed", madeBy: 0x031e, keeps: "fitting" };

function infoZip(option: string, rest: Pick<Form, "entries" | "zip64" | "end">): Form[] {
  const name = (more: string): string =>
    `Info-ZIP zip${[more, option]
      .filter(Boolean)
      .map((each) => ` ${each}`)
      .join("")}`;
  return [
    {
      name: name(""),
      local: [INFO_ZIP_TIMES, OWNER, ZIP64_FIELD],
      central: [INFO_ZIP_CENTRAL, OWNER, ZIP64_FIELD],
      ...rest,
    },
    { name: name("-X"), local: [ZIP64_FIELD], central: [ZIP64_FIELD], ...rest },
  ];
}

/** 7-Zip, by its host: on Windows the attributes are those of the file system, elsewhere the mode and "archive". */
function sevenZip(system: string, madeBy: number, attributes: Form["entries"][number]["attributes"]): Form[] {
  const zip64: Zip64Form = { local: "needed", central: "each", from: FROM_4_GIB, needed: 45 };
  const end: EndForm = { zip64: "needed", madeBy, keeps: "fitting" };
  const entry = { madeBy: [madeBy], attributes };
  const entries = [deflated(entry), stored({ ...entry, needed: [10] })];
  const plain = { entries, zip64, end };
  return [
    { name: `7-Zip${system}`, local: [ZIP64_FIELD], central: [ZIP64_FIELD, NTFS_TIMES], ...plain },
    { name: `7-Zip${system} without times`, local: [ZIP64_FIELD], central: [ZIP64_FIELD], ...plain },
    { name: `7-Zip${system} -mtp=1`, local: [ZIP64_FIELD, MODIFIED], central: [ZIP64_FIELD, MODIFIED], ...plain },
    {
      name: `7-Zip${system} -so`,
      entries: [streamed(entry)],
      local: [],
      central: [NTFS_TIMES],
      zip64: NO_ZIP64,
      end: NO_ZIP64_END,
    },
  ];
}

/** libarchive knows the size of a file beforehand, and what it is deflated to only afterwards. */
const BSDTAR = { local: "size" } as const;
const BSDTAR_TIMES: ExtraForm = { kind: "times", flags: [1, 3, 5, 7] };

/** Before 3.0: 2.3 has owners of 2 bytes, 2.0 times in the field that macOS uses still. */
function oldInfoZip(name: string, madeBy: readonly number[], rest: Pick<Form, "local" | "central">): Form {
  const entry = { ...INFO_ZIP, madeBy };
  return {
    name,
    entries: [deflated(entry), stored({ ...entry, needed: [10] })],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
    ...rest,
  };
}

export const ARCHIVERS: readonly Form[] = [
  ...infoZip("", {
    entries: [deflated(INFO_ZIP), stored({ ...INFO_ZIP, needed: [10] })],
    zip64: INFO_ZIP_ZIP64,
    end: INFO_ZIP_END,
  }),
  ...infoZip("-fd", {
    entries: [streamed({ ...INFO_ZIP, flags: [8, 10, 12, 14], local: "size" })],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  }),
  ...infoZip("-fz", {
    entries: [deflated(INFO_ZIP), stored({ ...INFO_ZIP, needed: [10] })],
    zip64: { local: "always", central: "size", from: FROM_4_GIB, needed: 45 },
    end: { zip64: "always", madeBy: 0x031e, keeps: "all but offset" },
  }),
  ...sevenZip("", 0x033f, { mode: "regular", low: [0x8020, 0x8021] }),
  ...sevenZip(" on Windows", 0x003f, { mode: "none", low: [0x20, 0, 0x01, 0x21, 0x80, 0x2020, 0x2021] }),
  {
    name: "bsdtar",
    entries: [streamed({ ...BSDTAR, madeBy: [0x0314] })],
    local: [BSDTAR_TIMES, OWNER],
    central: [BSDTAR_TIMES, OWNER],
    zip64: NO_ZIP64,
    end: { zip64: "needed", madeBy: 0x002d, keeps: "fitting" },
  },
  {
    name: "bsdtar --options zip:zip64",
    entries: [streamed({ ...BSDTAR, madeBy: [0x032d] })],
    local: [BSDTAR_TIMES, OWNER, ZIP64_FIELD],
    central: [BSDTAR_TIMES, OWNER, ZIP64_FIELD],
    zip64: { local: "always", central: "each", from: FROM_4_GIB, needed: 45 },
    end: { zip64: "always", madeBy: 0x002d, keeps: "fitting" },
  },
  {
    name: "minizip",
    entries: either({ madeBy: [0], flags: [0, 2, 4, 6], internal: [0, 1], attributes: NO_ATTRIBUTES }),
    local: [],
    central: [],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  },
  {
    name: "git archive",
    entries: either({ madeBy: [0], needed: [10], internal: [0, 1], attributes: NO_ATTRIBUTES }),
    local: [MODIFIED],
    central: [MODIFIED],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  },
  oldInfoZip("Info-ZIP zip 2.3", [0x0317], {
    local: [INFO_ZIP_TIMES, { kind: "old owner", length: 4 }],
    central: [INFO_ZIP_CENTRAL, { kind: "old owner", length: 0 }],
  }),
  oldInfoZip("Info-ZIP zip 2.3 -X", [0x0317], { local: [], central: [] }),
  oldInfoZip("Info-ZIP zip 2.0", [0x0314, 0x0315, 0x0316], {
    local: [{ kind: "old times", length: 12 }],
    central: [{ kind: "old times", length: 8 }],
  }),
];
