/** The head of a report, where its line "unverified" stands, the columns of its calls, and numbers that add up. */
import { describe, expect, test } from "bun:test";
import { artifactSections } from "../../../src/core/report/artifact-sections.ts";
import { comparisonSection } from "../../../src/core/report/comparison/comparison.ts";
import { htmlOf } from "../../../src/core/report/page/html.ts";
import { viewOf } from "../../../src/core/report/page/view.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { Account } from "../../../src/schema/account/account.ts";
import type { Difference } from "../../../src/schema/account/difference.ts";
import type { RunCall } from "../../../src/schema/account/run.ts";
import { ACCOUNTS, DIFFERENCES } from "./fixture.ts";

function text(account: Account): string {
  const view = viewOf(hostPlatform, { level: 2, prefix: "", unverified: account.verdict === "failed" });
  return plain([...htmlOf(artifactSections(view, account))].join(""));
}

function plain(html: string): string {
  return html
    .replace(/<svg.*?<\/svg>/gs, "")
    .replaceAll(/<\/(dt|dd|th|td|li|p|h\d|caption)>/g, "\n")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&#10;", "\n");
}

const account = (name: string): Account => ACCOUNTS[name] as Account;

describe("the head", () => {
  test("of a run says what it is, what happened, when, by whom, and signed by whom, beside the verdict", () => {
    const [banner = ""] = text(account("run")).split("Why\n");
    for (const line of [
      "What\nPackSpec v1 pack of a run ",
      "What happened\n6 calls: ",
      "When\n",
      "Recorded by\n",
      "verified",
    ])
      expect(banner).toContain(line);
  });
  test("of one that nobody signed says so", () => {
    expect(text(account("mixed"))).toContain("Signed by\nnobody\n");
  });
  test("of a job has its state, of an evidence pack its controls", () => {
    expect(text(account("job"))).toMatch(/What happened\n[a-z ]+, after \d+ events\n/);
    expect(text(account("guard"))).toMatch(/What happened\n\d+ of \d+ controls with evidence\n/);
  });
  test("of one that failed comes after the findings and the line that nothing below is verified", () => {
    const shown = text(account("failed"));
    const places = ["2 findings\n", "zip_crc_mismatch", "Unverified: everything below", "What happened"].map((part) =>
      shown.indexOf(part),
    );
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places[0]).toBeGreaterThan(-1);
  });
  test("of one that was not read says nothing of a signature", () => {
    expect(text(account("not read"))).not.toContain("Signed by");
  });
});

describe("the table of calls", () => {
  const withCalls = (change: (call: RunCall) => RunCall): string => {
    const mixed = account("mixed");
    if (mixed.run === undefined) throw new Error("no run");
    const shown = text({ ...mixed, run: { ...mixed.run, calls: mixed.run.calls.map(change) } });
    return shown.slice(shown.indexOf("No.\n"), shown.indexOf("No.\n") + 80).replaceAll("\n", " ");
  };
  test("has the columns that any call needs", () => {
    expect(withCalls((call) => call)).toStartWith("No. Outcome Tool Call Started Took Says Digests ");
  });
  test("leaves out those that none needs", () => {
    const bare = ({ index, intent_id, outcome, args_kept, result_kept }: RunCall): RunCall => ({
      ...{ index, intent_id, outcome, args_kept, result_kept },
    });
    expect(withCalls(bare)).toStartWith("No. Outcome Call   2 ");
  });
  test("has a column for arguments where one call has them", () => {
    expect(withCalls((call) => (call.index === 2 ? { ...call, args_text: "{}" } : call))).toStartWith(
      "No. Outcome Tool Arguments Call ",
    );
  });
});

describe("the comparison in words", () => {
  const view = viewOf(hostPlatform, { level: 1, prefix: "", unverified: false });
  const words = (difference: Difference): string =>
    plain([...htmlOf([comparisonSection(view, difference, ["LEFT", "RIGHT"])])].join(""));
  for (const [name, difference] of Object.entries(DIFFERENCES)) {
    const { run } = difference;
    if (run === undefined || words(difference).includes("Nothing differs.")) continue;
    test(`of ${name} adds up to the calls of each side`, () => {
      const { same, changed, removed, added } = run.calls;
      const line =
        words(difference)
          .split("\n")
          .find((each) => each.includes(" call")) ?? "";
      const [totals = "", parts = ""] = line.replaceAll(/\([^)]*\)/g, "").split(": ");
      const shared = /(\d+) calls? on each side/.exec(totals);
      const apart = /(\d+) calls? in LEFT, (\d+) in RIGHT/.exec(totals);
      const [left, right] = shared === null ? [apart?.[1], apart?.[2]] : [shared[1], shared[1]];
      expect([Number(left), Number(right)]).toEqual([
        same + changed.length + removed.length,
        same + changed.length + added.length,
      ]);
      const sum = (side: string): number =>
        parts
          .split(", ")
          .filter((part) => !part.includes("only in") || part.includes(side))
          .reduce((total, part) => total + Number.parseInt(part, 10), 0);
      expect([sum("LEFT"), sum("RIGHT")]).toEqual([Number(left), Number(right)]);
    });
  }
  test("of jobs counts their events and approvals", () => {
    const [line = ""] = /\d+ events? in LEFT.*\./.exec(words(DIFFERENCES["jobs"] as Difference)) ?? [];
    expect(line).toMatch(/^\d+ events in LEFT, \d+ in RIGHT: \d+ in common at the start, \d+ only in RIGHT\.$/);
  });
  test("of two that are the same says that nothing differs", () => {
    const empty = { ...(DIFFERENCES["runs"] as Difference), identity: [], provenance: [], files: [] };
    const { run: _, ...nothing } = empty;
    expect(words(nothing)).toContain("Nothing differs.");
  });
});
