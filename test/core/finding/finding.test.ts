/** A list of findings is for people: it has a limit, and says how many findings it leaves out. */
import { expect, test } from "bun:test";
import { type Finding, finding, listed, MAX_FINDINGS_OF_A_CODE } from "../../../src/core/finding/finding.ts";

function missing(count: number): Finding[] {
  return Array.from({ length: count }, (_, index) =>
    finding("file_missing", { path: `${index}`, message: "not there" }),
  );
}

test("as many of one code as the limit are all listed, in their order", () => {
  const findings = [...missing(MAX_FINDINGS_OF_A_CODE), finding("file_undeclared", { path: "x", message: "too many" })];
  expect(listed(findings)).toEqual(findings);
});

test("past the limit they are counted, and findings with another code are not lost behind them", () => {
  const other = finding("signature_invalid", { message: "does not verify" });
  const [first, ...rest] = listed([...missing(MAX_FINDINGS_OF_A_CODE + 7), other]);
  expect(first?.path).toBe("0");
  expect(rest.length).toBe(MAX_FINDINGS_OF_A_CODE + 1);
  expect(rest.at(-2)).toEqual(other);
  expect(rest.at(-1)).toMatchObject({ code: "file_missing", message: "7 more findings like these are not listed" });
});
