/** An artifact as a person reads it, on terminals of any width. `GAIT_GOLDEN=write` rewrites the golden texts. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Terminal } from "../../src/cli/command/command.ts";
import { callRecordLines } from "../../src/cli/show/call.ts";
import { contentLines } from "../../src/cli/show/contents.ts";
import { differenceLines } from "../../src/cli/show/difference.ts";
import { evidenceLines } from "../../src/cli/show/evidence.ts";
import { headLines } from "../../src/cli/show/head.ts";
import { jobLines } from "../../src/cli/show/job.ts";
import { runLines } from "../../src/cli/show/run.ts";
import { table } from "../../src/cli/terminal/table.ts";
import { brokenInto, displayWidth, fitted } from "../../src/cli/terminal/width.ts";
import { accountOf } from "../../src/core/account/account.ts";
import { callRecord } from "../../src/core/account/call.ts";
import { jobAccount } from "../../src/core/account/job.ts";
import { bytesSource } from "../../src/core/bytes/source.ts";
import { differenceBetween, type Side } from "../../src/core/diff/difference.ts";
import { type VerifyOptions, verifyArtifact } from "../../src/core/verify/verify.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import type { JsonObject } from "../../src/schema/document/primitives.ts";
import { EXAMPLE_INPUT, packOf, runpackOf } from "../core/artifacts.ts";
import { FULL } from "../core/evidence/artifacts.ts";
import { vector } from "../core/job/fixture.ts";

const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };
const RAW = { captureMode: "raw" } as const;
const AGAIN = new Uint8Array(readFileSync(join(import.meta.dir, "../../docs/examples/run-again.json")));
const GOLDEN = join(import.meta.dir, "golden");

function terminal(columns: number | undefined): Terminal {
  return { color: false, columns, isTerminal: columns !== undefined };
}

async function sideOf(bytes: Uint8Array): Promise<Side> {
  const verified = await verifyArtifact(bytesSource(bytes), UNKEYED);
  return { verified, account: await accountOf(verified) };
}

function inspectText({ verified, account }: Side, on: Terminal, all = false): string {
  const view = { terminal: on, all };
  return (
    headLines("pack.zip", verified, account, on) +
    (account.run === undefined ? "" : runLines(account.run, view)) +
    (account.job === undefined ? "" : jobLines(account.job, view)) +
    (account.evidence === undefined ? "" : evidenceLines(account.evidence, view)) +
    contentLines(account.contents, view)
  );
}

const RUN = await sideOf((await packOf((await runpackOf(EXAMPLE_INPUT, RAW)).bytes)).bytes);
const AFTER = await sideOf((await packOf((await runpackOf(AGAIN, RAW)).bytes)).bytes);
const DIFFERENCE = await differenceBetween(RUN, AFTER);
const { events, state } = vector("job_resumed");
const JOB = jobAccount(events, state);
const EVIDENCE = await sideOf(FULL);
const CALL = await callRecord(RUN.verified, RUN.account, "call_06");

const TEXTS: Readonly<Record<string, (on: Terminal) => string>> = {
  run: (on) => inspectText(RUN, on),
  job: (on) => jobLines(JOB, { terminal: on, all: false }),
  evidence: (on) => inspectText(EVIDENCE, on),
  difference: (on) => differenceLines(DIFFERENCE, on),
};

describe("golden texts", () => {
  for (const [name, text] of Object.entries(TEXTS)) {
    for (const columns of [50, 80, 160]) {
      test(`${name}, ${columns} columns`, () => {
        const path = join(GOLDEN, `${name}-${columns}.txt`);
        const shown = text(terminal(columns));
        if (process.env["GAIT_GOLDEN"] === "write") writeFileSync(path, shown);
        expect(existsSync(path)).toBe(true);
        expect(shown).toBe(readFileSync(path, "utf8"));
      });
    }
  }

  test("one call in full shows its records and whatever refers to it", () => {
    const text = callRecordLines(CALL as NonNullable<typeof CALL>, terminal(80));
    for (const part of ["call call_06", "git.push", '"protected_remote"', "approval_granted", "intent", "result"])
      expect(text).toContain(part);
  });
});

describe("no line is wider than the terminal", () => {
  // Wide letters, marks that take no column, an endless name, and characters that must not reach a terminal.
  const ODD = [
    "漢字かな交じり文".repeat(6),
    `e${"\u0301".repeat(500)}`,
    "x".repeat(300),
    "\u001b[2J\u202e\u200b",
    "a b ".repeat(80),
  ];
  const odd = (index: number): string => ODD[index % ODD.length] as string;
  const input: JsonObject = {
    run: {
      run_id: "r",
      created_at: "2026-01-01T00:00:00Z",
      timeline: ODD.map((event) => ({ event, ts: "2026-01-01T00:00:01Z", ref: event })),
    },
    intents: ODD.map((intent_id, index) => ({ intent_id, tool_name: odd(index + 1) })),
    results: ODD.slice(1).map((intent_id, index) => ({
      intent_id,
      status: odd(index + 2),
      result: { verdict: odd(index + 3), reason_codes: ODD, violations: ODD },
    })),
    refs: {
      receipts: ODD.map((ref_id, index) => ({
        ref_id,
        source_type: odd(index),
        source_locator: odd(index + 1),
        retrieved_at: "2026-01-01T00:00:00Z",
      })),
    },
  };

  for (const columns of [40, 50, 63, 80, 120, 200]) {
    test(`${columns} columns`, async () => {
      const side = await sideOf((await runpackOf(input, RAW)).bytes);
      const difference = await differenceBetween(RUN, side);
      const on = terminal(columns);
      const text = [
        inspectText(side, on, true),
        differenceLines(difference, on),
        ...Object.values(TEXTS).map((each) => each(on)),
      ].join("");
      for (const line of text.split("\n")) {
        if (displayWidth(line) > columns) expect(line).toBe(`at most ${columns} columns`);
      }
      expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    });
  }

  test("in a pipe nothing is cut", async () => {
    const side = await sideOf((await runpackOf(input, RAW)).bytes);
    const text = inspectText(side, terminal(undefined), true);
    expect(text).toContain(side.account.contents.files[0]?.sha256 as string);
    expect(text.split("\n").some((line) => line.includes("漢字かな交じり文".repeat(4)))).toBe(true);
  });
});

describe("the width of text", () => {
  const CASES: readonly (readonly [string, number])[] = [
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["漢字", 4],
    ["ｱ", 1],
    ["Ａ", 2],
    ["한국", 4],
    ["🎉", 2],
  ];
  for (const [text, width] of CASES) test(JSON.stringify(text), () => expect(displayWidth(text)).toBe(width));

  test("text is cut where a wide letter would not fit, and the cut is marked", () => {
    expect(fitted("漢字かな", 5)).toBe("漢字…");
    expect(fitted("漢字かな", 6)).toBe("漢字…");
    expect(fitted("漢字かな", 8)).toBe("漢字かな");
    expect(fitted(`e${"\u0301".repeat(10_000)}`, 4).length).toBeLessThan(40);
  });

  test("sentences break at spaces, and words that are too long inside", () => {
    expect(brokenInto("one two three", 7)).toEqual(["one two", "three"]);
    expect(brokenInto("a 0123456789", 4)).toEqual(["a", "0123", "4567", "89"]);
    expect(brokenInto("漢字", 1)).toEqual(["漢", "字"]);
  });
});

test("meaning is in words, and colour only repeats it", () => {
  const plain = TEXTS["run"]?.(terminal(100)) as string;
  const coloured = TEXTS["run"]?.({ color: true, columns: 100, isTerminal: true }) as string;
  expect(plain).toContain("FAILED (error)");
  expect(coloured).toContain("\u001b[");
  expect(coloured.replace(/\u001b\[[0-9;]*m/g, "")).toBe(plain);
});

describe("long lists are cut, and say how many rows are left out and how to see them", () => {
  const intents = Array.from({ length: 500 }, (_, index) => ({
    intent_id: `call_${index}`,
    tool_name: `tool_${index}`,
  }));
  const results = intents.map(({ intent_id }) => ({ intent_id, status: "error" }));

  test("a run of 500 failures", async () => {
    const side = await sideOf((await runpackOf({ run: { run_id: "r" }, intents, results })).bytes);
    const text = inspectText(side, terminal(80));
    expect(text.split("\n").length).toBeLessThan(120);
    expect(text).toContain("500 FAILED");
    expect(text).toContain("… 480 more: --timeline shows all");
    expect(inspectText(side, terminal(80), true)).not.toContain("more:");
  });
});

test("the wording for digests: plural for arguments, singular for everything else", async () => {
  const text = new TextDecoder().decode(EXAMPLE_INPUT);
  const other = text
    .replace(/("query_digest": *")[0-9a-f]{4}/, "$10000")
    .replace(/("content_digest": *")[0-9a-f]{4}/, "$10000");
  expect(other).not.toBe(text);
  const before = await sideOf((await runpackOf(EXAMPLE_INPUT)).bytes);
  const after = await sideOf((await runpackOf(new TextEncoder().encode(other))).bytes);
  const lines = differenceLines(await differenceBetween(before, after), terminal(undefined));
  expect(lines).toContain("query differs, content differs");
});

test("a table's columns are aligned", () => {
  const lines = table(
    [{}, { right: true }, {}],
    [
      ["a", "1", "x"],
      ["漢字", "10", "y"],
    ],
    terminal(40),
  );
  expect(lines).toBe("  a      1  x\n  漢字  10  y\n");
});
