/** The SARIF report of more packs than it lists one by one; the tests of the executable cover the rest. */
import { expect, test } from "bun:test";
import { sarifFormat } from "../../../src/cli/formats/sarif.ts";
import { type Sarif, sarifFaults } from "../../e2e/evidence/sarif.ts";

test("up to 10,000 unreadable packs are listed, then only counted", () => {
  for (const [unreadable, count, last] of [
    [10_000, 10_000, "gone. Check the path."],
    [10_003, 10_001, "3 more have no verdict"],
  ] as const) {
    const format = sarifFormat((path) => path);
    const result = {
      path: "a.zip",
      ok: false,
      exit: 6,
      reason: "not_found",
      error: "gone",
      hint: "Check the path.",
    } as const;
    for (let at = 0; at < unreadable; at += 1) expect(format.items(result, 0)).toEqual([]);
    const counts = { listed: unreadable, checked: unreadable, authentic: 0, intact: 0, failed: 0, broken: 0 };
    const summary = { ...counts, unreadable, stopped: false };
    const told = { summary, warnings: [] };
    const document = JSON.parse(format.begin(told) + format.end(told)) as Sarif;
    expect(sarifFaults(document)).toEqual([]);
    const notifications = document.runs[0].invocations[0].toolExecutionNotifications;
    expect(notifications.length).toBe(count);
    expect(notifications.at(-1)).toMatchObject({ level: "error", message: { text: last } });
  }
});
