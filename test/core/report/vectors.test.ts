/**
 * A report on every hostile archive in the recorded table (every sixth when time is short): it is produced, and
 * nothing in it is markup from the archive.
 */
import { expect, test } from "bun:test";
import { GaitError } from "../../../src/core/finding/error.ts";
import { reportHtml } from "../../../src/core/report/document.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { VECTORS } from "../../generators/hostile/table.ts";
import { accountOfBytes } from "./fixture.ts";
import { parsed } from "./html.ts";

const FRAME = ["", "", ""] as const;
const ELEMENTS = /^(script|[a-z]+[1-6]?)$/;
const isWhole = process.env["GAIT_LONG"] === "1" || process.env["CI"] === "true";
const recorded = VECTORS.filter(({ generated }) => !generated).filter((_, at) => isWhole || at % 6 === 0);

test(`${recorded.length} archives`, async () => {
  const wrong: object[] = [];
  let reports = 0;
  for (const { name, bytes } of recorded) {
    try {
      const account = await accountOfBytes(await bytes());
      const page = [...reportHtml(hostPlatform, { artifacts: [{ name, account }], producer: "gait" }, FRAME)].join("");
      reports += 1;
      const tags = parsed(page).flatMap((token) => (typeof token === "string" ? [] : [token[0]]));
      const strange = tags.filter(
        (tag) => !ELEMENTS.test(tag) || /^(img|iframe|style|link|object|embed|form)$/.test(tag),
      );
      const scripts = tags.filter((tag) => tag === "script").length;
      if (strange.length > 0 || scripts > 1) wrong.push({ name, strange, scripts });
      if (account.verdict === "failed" && !page.includes("Unverified: everything below"))
        wrong.push({ name, unmarked: true });
    } catch (error) {
      if (!(error instanceof GaitError) || error.code !== "not_an_archive") wrong.push({ name, error: String(error) });
    }
  }
  expect(wrong).toEqual([]);
  expect(reports).toBeGreaterThan(150);
});
