/**
 * The forms of desktops, from their documented shapes: Windows Explorer, .NET and PowerShell's `Compress-Archive`, WinRAR,
 * Archive Utility of macOS.
 */

import { deflated, NO_ATTRIBUTES, NO_ZIP64, NO_ZIP64_END, NTFS_TIMES, stored, streamed } from "./parts.ts";
import type { Form } from "./row.ts";

const ARCHIVE = { mode: "none", low: [0x20] } as const;
const NO_RECORDS = { local: [], zip64: NO_ZIP64, end: NO_ZIP64_END } as const;
/** The flags give the deflate level, even for entries that end up stored. */
const FLAGS = [0, 2, 4, 6];

const EXPLORER: Form = {
  name: "Windows Explorer",
  entries: [
    deflated({ madeBy: [0x0014], flags: FLAGS, attributes: ARCHIVE }),
    stored({ madeBy: [0x0014], needed: [10, 20], flags: FLAGS, attributes: ARCHIVE }),
  ],
  central: [],
  ...NO_RECORDS,
};

/** `ZipArchive` and PowerShell's `Compress-Archive`: the version that an entry needs has made it, too. */
const DOT_NET: readonly Form[] = [
  {
    name: ".NET",
    entries: [
      deflated({ madeBy: [0x0014], flags: FLAGS, attributes: NO_ATTRIBUTES }),
      stored({ madeBy: [0x000a], needed: [10], flags: FLAGS, attributes: NO_ATTRIBUTES }),
    ],
    central: [],
    ...NO_RECORDS,
  },
  {
    name: ".NET to a stream",
    entries: [
      streamed({ madeBy: [0x0014], flags: FLAGS.map((flags) => flags | 8), attributes: NO_ATTRIBUTES }),
      stored({ madeBy: [0x000a], needed: [10], attributes: NO_ATTRIBUTES, empty: true }),
    ],
    central: [],
    ...NO_RECORDS,
  },
  {
    name: ".NET on Unix",
    entries: [deflated({ madeBy: [0x0314], flags: FLAGS }), stored({ madeBy: [0x030a], needed: [10], flags: FLAGS })],
    central: [],
    ...NO_RECORDS,
  },
];

/** WinRAR names MS-DOS or NTFS as its host, and one version for all entries; its finer times are in a field of their own. */
function winRar(madeBy: number): Form[] {
  const entries = [
    deflated({ madeBy: [madeBy], flags: FLAGS, attributes: ARCHIVE }),
    stored({ madeBy: [madeBy], needed: [10, 20], flags: FLAGS, attributes: ARCHIVE }),
  ];
  const name = `WinRAR (0x${madeBy.toString(16).padStart(4, "0")})`;
  const timed: Form = { name: `${name} with times`, entries, central: [NTFS_TIMES], ...NO_RECORDS };
  // Without times, what it makes under MS-DOS is what Explorer makes.
  return madeBy === 0x0014 ? [timed] : [{ name, entries, central: [], ...NO_RECORDS }, timed];
}

/** Archive Utility and ditto of macOS: 789 made it, with 0x4000 in the MS-DOS half. */
function mac(name: string, madeBy: number): Form {
  const attributes = { mode: "regular", low: [0x4000, 0] } as const;
  return {
    name,
    entries: [streamed({ madeBy: [madeBy], attributes }), stored({ madeBy: [madeBy], needed: [10], attributes })],
    local: [{ kind: "old times", length: 12 }],
    central: [{ kind: "old times", length: 8 }],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  };
}

export const DESKTOP: readonly Form[] = [
  EXPLORER,
  ...DOT_NET,
  ...[0x0014, 0x0a14, 0x001f, 0x0a1f, 0x0a3f].flatMap(winRar),
  mac("macOS", 0x0315),
  mac("macOS, host 19", 0x1315),
];
