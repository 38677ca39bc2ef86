/** How a run was imported is known from its receipt. */
import { expect, test } from "bun:test";
import { IMPORT_FORMAT_NAMES, importManner, importQuery } from "../../../src/core/import/format-name.ts";
import { IMPORT_FORMATS } from "../../../src/core/import/formats.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";

test("each format is in the table under its own name, in the order of the names", () => {
  expect(IMPORT_FORMATS.map(({ name }) => name)).toEqual([...IMPORT_FORMAT_NAMES]);
});

test("the digest of the query says what a source was read as, and whether it was redacted", () => {
  for (const format of IMPORT_FORMAT_NAMES) {
    for (const redact of [false, true]) {
      const query = importQuery(portablePlatform, { format, redact });
      expect(importManner(portablePlatform, query)).toEqual({ format, redact });
      expect(importManner(portablePlatform, query.toUpperCase())).toEqual({ format, redact });
    }
  }
});

test("a digest of something else says nothing", () => {
  expect(importManner(portablePlatform, "0".repeat(64))).toBeUndefined();
  expect(
    importManner(portablePlatform, importQuery(portablePlatform, { format: "other", redact: false })),
  ).toBeUndefined();
});
