/** The executable of this machine and its pages stay within their size budget; `.ci/run` measures the other targets. */
import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { thisTarget } from "../../scripts/build.ts";
import { budgetFaults, SIZE_BUDGET } from "../../scripts/release/size-budget.ts";
import { TARGETS } from "../../scripts/release/target.ts";
import { VIEWER_PAGE } from "../../scripts/viewer.ts";
import { GAIT } from "../e2e/gait.ts";

test("what was built here is within its budget", () => {
  const sizes = {
    [thisTarget()]: statSync(GAIT).size,
    "verify.html": statSync(VIEWER_PAGE).size,
    "report.html": statSync(join(dirname(VIEWER_PAGE), "report.html")).size,
  };
  expect(budgetFaults(sizes)).toEqual([]);
});

test("each target has a budget", () => {
  expect(TARGETS.filter(({ name }) => SIZE_BUDGET[name] === undefined)).toEqual([]);
});

test("anything too large, missing or unknown is reported", () => {
  const { measured, margin } = SIZE_BUDGET["verify.html"] ?? { measured: 0, margin: 0 };
  expect(budgetFaults({ "verify.html": measured + margin })).toEqual([]);
  expect(budgetFaults({ "verify.html": measured + margin + 1 })).toEqual([
    `verify.html has ${measured + margin + 1} bytes, and its budget is ${measured + margin}`,
  ]);
  expect(budgetFaults({ "linux-x64": 0 })[0]).toStartWith("linux-x64 has 0 bytes");
  expect(budgetFaults({ "plan9-x64": 1 })).toEqual(["plan9-x64 has no budget"]);
});
