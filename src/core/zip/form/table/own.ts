/** This project's own form (`write-records.ts`), and that of the Go implementation that its packs come from too. */

import {
  either,
  FROM_4_GIB,
  MODIFIED,
  NO_ATTRIBUTES,
  NO_ZIP64,
  NO_ZIP64_END,
  REGULAR,
  streamed,
  ZIP64_FIELD,
} from "./parts.ts";
import type { Form } from "./row.ts";

const OWN_FORM: Form = {
  name: "gait",
  entries: either({ madeBy: [0x0314], date: "epoch", attributes: { mode: "regular", permissions: 0o644, low: [0] } }),
  local: [ZIP64_FIELD],
  central: [ZIP64_FIELD],
  zip64: { local: "needed", central: "each", from: FROM_4_GIB, needed: 45 },
  end: { zip64: "needed", madeBy: 0x0314, keeps: "fitting" },
};

/** A large entry has zip64 sizes in the central header and in the descriptor, and no field in the local header. */
const GO = {
  zip64: { local: "never", central: "go", from: FROM_4_GIB, needed: 45, wideDescriptor: true },
  end: { zip64: "needed", madeBy: 0x002d, keeps: "nothing" },
} as const satisfies Partial<Form>;

const GO_FORMS: readonly Form[] = [
  {
    name: "Go archive/zip",
    entries: [streamed({ madeBy: [0x0314], attributes: REGULAR })],
    local: [MODIFIED],
    central: [MODIFIED, ZIP64_FIELD],
    ...GO,
  },
  {
    name: "Go archive/zip without mode",
    entries: [streamed({ madeBy: [0x0014], attributes: NO_ATTRIBUTES })],
    local: [MODIFIED],
    central: [MODIFIED, ZIP64_FIELD],
    ...GO,
  },
  {
    name: "Go archive/zip without mode and time",
    entries: [streamed({ madeBy: [0x0014], attributes: NO_ATTRIBUTES, date: "zero" })],
    local: [],
    central: [ZIP64_FIELD],
    ...GO,
  },
  {
    // Nothing in the header but what the caller gave it: not even a version.
    name: "Go archive/zip, CreateRaw",
    entries: either({ madeBy: [0], needed: [0], attributes: NO_ATTRIBUTES }),
    local: [],
    central: [],
    zip64: NO_ZIP64,
    end: NO_ZIP64_END,
  },
];

/** The first rows of the table, apart from the others: most packs need no more of it. */
export const FIRST_FORMS: readonly Form[] = [OWN_FORM, ...GO_FORMS];
