/** The forms of libraries on npm. */

import { METHOD } from "../../record/fields.ts";
import {
  deflated,
  either,
  FROM_4_GIB,
  MODIFIED,
  NO_ATTRIBUTES,
  NO_ZIP64,
  NO_ZIP64_END,
  NTFS_TIMES,
  stored,
  streamed,
  ZIP64_FIELD,
} from "./parts.ts";
import type { AttributesForm, EndForm, Form, Zip64Form } from "./row.ts";

const PLAIN = { local: [], central: [], zip64: NO_ZIP64, end: NO_ZIP64_END } as const satisfies Partial<Form>;

/** zip.js: the version in "made by" is 0. */
const ZIP_JS = { madeBy: [0x0300] };
const ZIP_JS_STORED = stored({ ...ZIP_JS, needed: [10] });
const UNSIGNED = ", dataDescriptorSignature: false";
const ZIP_JS_ENTRIES = {
  "": [streamed(ZIP_JS), { ...ZIP_JS_STORED, empty: true }],
  ", dataDescriptor: false": [deflated(ZIP_JS), ZIP_JS_STORED],
  [UNSIGNED]: [streamed({ ...ZIP_JS, descriptor: "unsigned" }), { ...ZIP_JS_STORED, empty: true }],
} as const satisfies Record<string, Form["entries"]>;
const ZIP_JS_TIMES: readonly (readonly [string, Form["local"], Form["central"]])[] = [
  ["", [MODIFIED], [MODIFIED]],
  [", extendedTimestamp: false", [], []],
  [
    " with three times",
    [{ kind: "times", flags: [3, 5, 7] }, NTFS_TIMES],
    [{ kind: "times", flags: [3, 5, 7], first: true }, NTFS_TIMES],
  ],
];
const ZIP_JS_ZIP64: readonly (readonly [string, Zip64Form, EndForm])[] = [
  [
    "",
    { local: "needed", central: "pair", from: FROM_4_GIB, needed: 45 },
    { zip64: "needed", madeBy: 0x002d, keeps: "not even disks" },
  ],
  [
    ", zip64: true",
    { local: "always", central: "sizes", from: FROM_4_GIB, needed: 45 },
    { zip64: "always", madeBy: 0x002d, keeps: "not even disks" },
  ],
  [
    " of streams",
    { local: "always", central: "pair", from: FROM_4_GIB, needed: 45 },
    { zip64: "needed", madeBy: 0x002d, keeps: "not even disks" },
  ],
];

function zipJs(): Form[] {
  return ZIP_JS_ZIP64.flatMap(([more, zip64, end]) =>
    Object.entries(ZIP_JS_ENTRIES)
      // Wide sizes without a signature in front of them: npm's unzipper reads the content of another entry there.
      .filter(([option]) => more === "" || option !== UNSIGNED)
      .flatMap(([option, entries]) =>
        ZIP_JS_TIMES.map(
          ([times, local, central]): Form => ({
            name: `zip.js${more}${times}${option}`,
            entries,
            local: [ZIP64_FIELD, ...local],
            central: [ZIP64_FIELD, ...central],
            zip64,
            end,
          }),
        ),
      ),
  );
}

/** yazl: content from memory has no descriptor, files and streams have one; the time is in the central header only. */
function yazl(): Form[] {
  const madeBy = [0x033f];
  const entries = [...either({ madeBy, flags: [0x0800] }), streamed({ madeBy, flags: [0x0808] })];
  const zip64: Zip64Form = { local: "never", central: "all", from: FROM_4_GIB, needed: 45, wideDescriptor: true };
  const end: EndForm = { zip64: "needed", madeBy: 0x033f, keeps: "nothing" };
  return [
    { times: "", central: [{ kind: "times", flags: [3], first: true }, ZIP64_FIELD] } as const,
    { times: ", forceDosTimestamp", central: [ZIP64_FIELD] } as const,
  ].flatMap(({ times, central }): Form[] => [
    { name: `yazl${times}`, entries, local: [], central, zip64, end },
    { name: `yazl${times}, zip64 end records`, entries, local: [], central, zip64, end: { ...end, zip64: "always" } },
    ...(["always", "needed"] as const).map((records) => ({
      name: `yazl${times}, forceZip64Format${records === "needed" ? " of entries" : ""}`,
      // Without zip64 end records fflate takes what is stored for empty, and fails at what is deflated.
      entries: records === "needed" ? entries.filter(({ method }) => method === METHOD.deflated) : entries,
      local: [],
      central,
      zip64: { ...zip64, central: "everything" } as const,
      end: { ...end, zip64: records },
    })),
  ]);
}

/**
 * archiver and zip-stream: 4.5 made it, with "archive" in the MS-DOS half. zip-stream by itself gives no mode, and then
 * its host is MS-DOS.
 */
function archiver(name: string, madeBy: readonly number[], attributes: AttributesForm): Form[] {
  const zip64: Zip64Form = { local: "never", central: "all", from: FROM_4_GIB, needed: 45, wideDescriptor: true };
  const end: EndForm = { zip64: "needed", madeBy: 0x002d, keeps: "nothing" };
  return [
    { entries: [streamed({ madeBy, attributes })], option: "" },
    { entries: [stored({ madeBy, needed: [10], attributes })], option: ", store: true" },
  ].flatMap(({ entries, option }): Form[] => [
    { name: `${name}${option}`, entries, local: [], central: [ZIP64_FIELD], zip64, end },
    {
      name: `${name}${option}, forceZip64`,
      entries,
      local: [],
      central: [ZIP64_FIELD],
      zip64,
      end: { ...end, zip64: "always" },
    },
  ]);
}

/** Permissions are the caller's, or those of an archive that was loaded; without any, they come with a type. */
const JSZIP_UNIX = { madeBy: [0x031e], needed: [10], attributes: { mode: "permissions", low: [0] } } as const;
const JSZIP = { madeBy: [0x0014], needed: [10], attributes: { mode: "none", low: [0, 0x20, 0x01, 0x21] } } as const;
const FFLATE = { madeBy: [0x0014], attributes: NO_ATTRIBUTES };

export const NPM: readonly Form[] = [
  ...zipJs(),
  ...yazl(),
  ...archiver("archiver", [0x032d], { mode: "regular", low: [0x20] }),
  ...archiver("zip-stream", [0x002d], NO_ATTRIBUTES),
  { name: "jszip", entries: either(JSZIP), ...PLAIN },
  { name: "jszip, streamFiles: true", entries: [streamed(JSZIP)], ...PLAIN },
  { name: 'jszip, platform: "UNIX"', entries: either(JSZIP_UNIX), ...PLAIN },
  { name: 'jszip, platform: "UNIX", streamFiles: true', entries: [streamed(JSZIP_UNIX)], ...PLAIN },
  { name: "fflate", entries: either(FFLATE), ...PLAIN },
  { name: "littlezipper", entries: either({ ...FFLATE, flags: [0x0800] }), ...PLAIN },
  { name: "fflate Zip", entries: [streamed(FFLATE)], ...PLAIN },
  {
    name: "adm-zip",
    entries: [
      deflated({ madeBy: [0x0314], flags: [0x0800] }),
      stored({ madeBy: [0x0314], needed: [10], flags: [0x0800] }),
    ],
    ...PLAIN,
  },
];
