/** The forms of the libraries of programming languages. */

import {
  deflated,
  either,
  FROM_4_GIB,
  MODIFIED,
  NO_ATTRIBUTES,
  NO_ZIP64,
  NO_ZIP64_END,
  OWNER,
  stored,
  streamed,
  ZIP64_FIELD,
} from "./parts.ts";
import type { EndForm, EntryForm, ExtraForm, Form, Zip64Form } from "./row.ts";

/** Files keep their whole mode, content from memory has permissions alone. */
const PERMISSIONS = { mode: "permissions", low: [0] } as const;
/** python takes zip64 from 2 GiB on, and by 5% earlier in the local header. */
const FROM_2_GIB = 2_045_222_520;

/** zipfile of python, by the host that it names: 3 on Unix, 0 on Windows. */
function python(system: string, host: number): Form[] {
  const plain: EntryForm = deflated({ madeBy: [host | 0x14], attributes: PERMISSIONS });
  const entries = [plain, { ...plain, ...stored({ madeBy: plain.madeBy, attributes: PERMISSIONS }) }];
  const pipe = [streamed({ madeBy: plain.madeBy, attributes: PERMISSIONS })];
  const large: Zip64Form = { local: "needed", central: "pair", from: FROM_2_GIB, needed: 45, madeBy: [host | 0x2d] };
  const forced: Zip64Form = { ...large, local: "always" };
  const end: EndForm = { zip64: "needed", madeBy: 0x002d, keeps: "fitting" };
  const fields = { local: [ZIP64_FIELD], central: [ZIP64_FIELD] };
  return [
    { name: `python zipfile${system}`, entries, ...fields, zip64: large, end },
    { name: `python zipfile${system} to a pipe`, entries: pipe, ...fields, zip64: large, end },
    { name: `python zipfile${system}, force_zip64`, entries, ...fields, zip64: forced, end },
    { name: `python zipfile${system} to a pipe, force_zip64`, entries: pipe, ...fields, zip64: forced, end },
  ];
}

const EARLIER_PYTHON: readonly Form[] = [
  {
    name: "python zipfile before 3.11.4, force_zip64",
    entries: either({ madeBy: [0x0314], attributes: PERMISSIONS }),
    local: [ZIP64_FIELD],
    central: [],
    zip64: { local: "always", central: "never", from: FROM_2_GIB, needed: 20, repeats: true },
    end: NO_ZIP64_END,
  },
  {
    // `writestr` keeps the fields of the entry that it is given, in both headers.
    name: "python zipfile, entries taken over from Go",
    entries: either({ madeBy: [0x0314], attributes: PERMISSIONS }),
    local: [MODIFIED],
    central: [MODIFIED],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  },
];

/** `ZipOutputStream`, `jar` and zipfs: an entry whose size is not known beforehand has a descriptor. */
function java(name: string, local: readonly ExtraForm[], central: readonly ExtraForm[]): Form {
  return {
    name,
    entries: [
      streamed({ madeBy: [0x0014], flags: [0x0808], attributes: NO_ATTRIBUTES }),
      stored({ madeBy: [0x000a], needed: [10], flags: [0x0800], attributes: NO_ATTRIBUTES }),
    ],
    local,
    central: [ZIP64_FIELD, ...central],
    zip64: { local: "never", central: "each", from: FROM_4_GIB, needed: 45, madeBy: [0x002d], wideDescriptor: true },
    end: { zip64: "needed", madeBy: 0x002d, keeps: "fitting" },
  };
}

const JAVA_TIMES: ExtraForm = { kind: "times", flags: [1, 3, 5, 7] };
const JAVA_CENTRAL_TIMES: ExtraForm = { kind: "times", flags: [1, 3, 5, 7], first: true };
const PERL_CENTRAL_TIMES: ExtraForm = { kind: "times", flags: [1], first: true };

/** IO::Compress::Zip; what is made of files marks text. */
function perl(name: string, rest: Partial<Form>): Form {
  return {
    name,
    entries: [streamed({ madeBy: [0x0314], internal: [0, 1] })],
    local: [],
    central: [],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
    ...rest,
  };
}

const PERL_ZIP64 = {
  zip64: { local: "always", central: "each", from: FROM_4_GIB, needed: 45 },
  end: { zip64: "always", madeBy: 0x032d, keeps: "all but offset" },
} as const satisfies Partial<Form>;

/** Both modules mark text in what they make of files; Archive::Zip by looking at it, which a name tells here. */
const PERL_FILES: readonly Form[] = [
  perl("perl Archive::Zip", { entries: either({ madeBy: [0x0314], marksText: true }) }),
  perl("perl IO::Compress::Zip of files, Stream: 0", {
    entries: either({ madeBy: [0x0314], internal: [0, 1] }),
    local: [JAVA_TIMES, OWNER],
    central: [PERL_CENTRAL_TIMES, OWNER],
  }),
  perl("perl IO::Compress::Zip of files, Zip64", {
    entries: [streamed({ madeBy: [0x032d], internal: [0, 1] })],
    local: [ZIP64_FIELD, JAVA_TIMES, OWNER],
    central: [ZIP64_FIELD, PERL_CENTRAL_TIMES, OWNER],
    ...PERL_ZIP64,
  }),
  perl("perl IO::Compress::Zip of files, Zip64, Stream: 0", {
    entries: either({ madeBy: [0x032d], internal: [0, 1] }),
    local: [ZIP64_FIELD, JAVA_TIMES, OWNER],
    central: [ZIP64_FIELD, PERL_CENTRAL_TIMES, OWNER],
    ...PERL_ZIP64,
  }),
];

/**
 * Before 3.0 it kept room for a zip64 field in each local header. What 3.0 writes of a stream is no row: zip64 sizes in an
 * archive without zip64 end records, of which npm's fflate reads other content.
 */
function rubyzip(): Form[] {
  const entry = { madeBy: [0x0334], internal: [1, 0] };
  const plain: Form = {
    name: "rubyzip",
    entries: [deflated({ ...entry, flags: [0, 2, 4, 6] }), stored(entry)],
    local: [],
    central: [],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  };
  return [plain, { ...plain, name: "rubyzip before 3.0, write_zip64_support", local: [{ kind: "room for zip64" }] }];
}

const ZIP64_NEEDED: Zip64Form = { local: "needed", central: "each", from: FROM_4_GIB, needed: 45 };

export const LANGUAGES: readonly Form[] = [
  ...python("", 0x0300),
  ...python(" on Windows", 0),
  ...EARLIER_PYTHON,
  java("jar", [{ kind: "jar" }], [{ kind: "jar" }]),
  java("jar, of times before 1980", [MODIFIED, { kind: "jar" }], [MODIFIED, { kind: "jar" }]),
  java("Java ZipOutputStream", [], []),
  java("Java ZipOutputStream with times", [JAVA_TIMES], [JAVA_CENTRAL_TIMES]),
  {
    name: "zip4j",
    entries: [
      deflated({ madeBy: [0x0333], flags: [0x0800] }),
      stored({ madeBy: [0x0333], needed: [10], flags: [0x0800] }),
    ],
    local: [],
    central: [],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  },
  {
    name: "zip4j to a stream",
    entries: [streamed({ madeBy: [0x0333], flags: [0x0808] })],
    local: [],
    central: [],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  },
  perl("perl IO::Compress::Zip", {}),
  perl("perl IO::Compress::Zip with times", { local: [JAVA_TIMES], central: [PERL_CENTRAL_TIMES] }),
  perl("perl IO::Compress::Zip of files", { local: [JAVA_TIMES, OWNER], central: [PERL_CENTRAL_TIMES, OWNER] }),
  perl("perl IO::Compress::Zip, Zip64", {
    entries: [streamed({ madeBy: [0x032d], internal: [0, 1] })],
    local: [ZIP64_FIELD],
    central: [ZIP64_FIELD],
    ...PERL_ZIP64,
  }),
  ...PERL_FILES,
  {
    // PHP's ZipArchive, and much else.
    name: "libzip",
    entries: [deflated({ madeBy: [0x033f], flags: [0, 2, 4, 6] }), stored({ madeBy: [0x033f], needed: [10, 20] })],
    local: [ZIP64_FIELD],
    central: [ZIP64_FIELD],
    zip64: ZIP64_NEEDED,
    end: { zip64: "needed", madeBy: 0x033f, keeps: "fitting" },
  },
  ...rubyzip(),
  {
    name: "SQLite zipfile",
    entries: either({ madeBy: [0x031e], flags: [0x0800] }),
    local: [MODIFIED],
    central: [MODIFIED],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  },
];
