/** Every case of the import's specification: ids, arguments, statuses, times, counts and warnings match. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { IMPORT_FORMATS } from "../../../src/core/import/formats.ts";
import { importSummary } from "../../../src/core/import/report.ts";
import {
  AGENT_VECTORS,
  caseFolders,
  type ExpectedFile,
  expectedCase,
  expectedOutcome,
  importPath,
  outcomeOf,
  realFiles,
  recordsOf,
  warningCounts,
} from "./agent-case.ts";

for (const { name } of IMPORT_FORMATS) {
  describe(name, () => {
    for (const folder of caseFolders(name)) {
      const expected = expectedCase(folder);
      test(basename(folder), async () => {
        const imported = await importPath(join(folder, expected.input));
        expect(outcomeOf(imported)).toEqual(expectedOutcome(expected));
      });
    }

    for (const { path, expected } of realFiles(name)) {
      test(`real/${basename(path)}`, async () => {
        const imported = await importPath(path);
        const summary = importSummary(imported);
        const tools = imported.runs.flatMap(({ parts }) =>
          recordsOf(parts().intents as never, "args").map(({ tool }) => tool ?? ""),
        );
        expect({
          format: imported.format.name,
          runs: imported.runs.map(({ id }) => id),
          counts: { ...summary.counts },
          statuses: { ...summary.statuses },
          tools: Object.fromEntries([...Map.groupBy(tools, (tool) => tool)].map(([tool, all]) => [tool, all.length])),
          warnings: warningCounts(summary),
        } as ExpectedFile).toEqual(expected);
      });
    }
  });
}

test("--redact: secrets in arguments and results", async () => {
  const folder = join(AGENT_VECTORS, "redaction");
  const expected = expectedCase(folder);
  const imported = await importPath(join(folder, expected.input), { redact: true });
  expect(outcomeOf(imported)).toEqual(expectedOutcome(expected));
});

describe("refused", () => {
  const folder = join(AGENT_VECTORS, "refused");
  const { files } = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { files: string[] };
  for (const file of files) {
    test(file, async () => {
      await expect(importPath(join(folder, file))).rejects.toMatchObject({ code: "invalid_input" });
    });
  }
});
