/** Receipts as rows: what wins, and that the order in which they come does not matter. */
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { askedPacks, askedRows, type CatalogQuestion, unknownNames } from "../../../src/host/catalog/asking.ts";
import { CatalogRows } from "../../../src/host/catalog/loading.ts";
import { INDEXES, TABLES } from "../../../src/host/catalog/tables.ts";
import type { CatalogPack } from "../../../src/schema/answer/store/catalog.ts";
import type { PackReceipt } from "../../../src/schema/document/store/receipt.ts";
import { failedReceipt, receiptOf, TRUST } from "../../core/catalog/receipts.ts";

const KEY = "b".repeat(64);
const ALL: CatalogQuestion = {
  ...{ tool: undefined, failed: false, since: undefined, signer: undefined, notVerifiedWith: undefined },
};

function loaded(receipts: readonly PackReceipt[]): Database {
  const database = new Database(":memory:", { strict: true, safeIntegers: true });
  database.run(TABLES);
  const rows = new CatalogRows(database);
  for (const [at, receipt] of receipts.entries()) rows.add(receipt, `line ${at + 1}`);
  database.run(INDEXES);
  return database;
}

function packs(receipts: readonly PackReceipt[], question: Partial<CatalogQuestion> = {}): CatalogPack[] {
  return [...askedPacks(loaded(receipts), { ...ALL, ...question })];
}

const locations = (...args: Parameters<typeof packs>): string[] => packs(...args).map(({ location }) => location);

/** Every order of a few. */
function orders<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => orders(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]));
}

const DAY = (day: number): string => `2026-11-${String(day).padStart(2, "0")}T00:00:00Z`;

test("the newest verification of a pack wins, in any order of the receipts", () => {
  const signers = (status: "verified" | "not_checked") => [{ key_id: KEY, status }];
  const history = [
    receiptOf(1, { verified_at: DAY(1), location: "old.zip", signers: signers("not_checked") }),
    receiptOf(1, {
      verified_at: DAY(2),
      location: "signed.zip",
      verdict: "authentic",
      signers: signers("verified"),
      trust_id: KEY,
    }),
    failedReceipt(1, { verified_at: DAY(4), location: "new.zip", trust_id: KEY }),
    receiptOf(1, {
      verified_at: DAY(3),
      location: "b.zip",
      calls: 3,
      tools: [{ name: "t", calls: 3, not_ok: 0 }],
      not_ok: 0,
    }),
  ];
  const states = orders(history).map((each) => JSON.stringify(packs(each)));
  expect(new Set(states).size).toBe(1);
  expect(JSON.parse(states[0] as string)).toMatchObject([
    {
      ...{ location: "new.zip", verdict: "failed", findings: ["file_hash_mismatch"], trust_id: KEY },
      // What a failed one says of itself counts for nothing; the bytes are those that were good before.
      ...{ calls: 3, not_ok: 0, signers: [{ key_id: KEY, status: "verified" }] },
    },
  ]);
});

test("the same receipts twice are the same as once", () => {
  const receipts = [receiptOf(1), failedReceipt(2), receiptOf(3, { signers: [{ key_id: KEY, status: "verified" }] })];
  const dump = (database: Database): string =>
    JSON.stringify(
      ["pack", "tool", "pack_tool", "signer", "pack_signer", "trust", "verification"].map((table) => [
        ...askedRows(database, `select * from ${table}`).rows,
      ]),
    );
  expect(dump(loaded([...receipts, ...receipts]))).toBe(dump(loaded(receipts)));
});

test("a bad signature counts more than a verified one, and that more than a claim", () => {
  const status = (...all: ("verified" | "failed" | "not_checked")[]): string | undefined =>
    packs(all.map((each) => receiptOf(1, { signers: [{ key_id: KEY, status: each }] })))[0]?.signers[0]?.status;
  expect([status("not_checked", "verified"), status("verified", "not_checked")]).toEqual(["verified", "verified"]);
  expect([status("failed", "verified"), status("verified", "failed")]).toEqual(["failed", "failed"]);
});

test("a time that has no place in the order is refused", () => {
  expect(() => loaded([receiptOf(1, { verified_at: "9999-12-31T23:59:59-01:00" })])).toThrow(
    "line 1 is no receipt: $.verified_at",
  );
});

const FINE = { not_ok: 0, tools: [{ name: "shell.exec", calls: 2, not_ok: 0 }] };

test("--failed means bad calls, of the tool if one is given, and packs that failed", () => {
  const other = [
    { name: "fs.read", calls: 1, not_ok: 1 },
    { name: "shell.exec", calls: 1, not_ok: 0 },
  ];
  const all = [receiptOf(1), receiptOf(2, FINE), failedReceipt(3), receiptOf(4, { tools: other })];
  expect(locations(all, { failed: true }).sort()).toEqual(["packs/1.zip", "packs/3.zip", "packs/4.zip"]);
  expect(locations(all, { failed: true, tool: "shell.exec" })).toEqual(["packs/1.zip"]);
  expect(locations(all, { tool: "fs.read" })).toEqual(["packs/4.zip"]);
});

test("a pack that failed under one trust is found, though a newer verification by another did not see it", () => {
  const all = [
    failedReceipt(1, { trust_id: KEY, verified_at: DAY(1) }),
    receiptOf(1, { ...FINE, verified_at: DAY(2) }),
  ];
  expect(packs(all, { failed: true })).toMatchObject([{ verdict: "intact", trust_id: TRUST }]);
});

test("--since looks at a run's last time, and without one at the verification", () => {
  const since = Date.parse(DAY(15));
  const all = [
    receiptOf(1, { last_at: DAY(14), verified_at: DAY(20) }),
    receiptOf(2, { last_at: DAY(15) }),
    failedReceipt(3, { verified_at: DAY(16) }),
    failedReceipt(4, { verified_at: DAY(14) }),
  ];
  expect(locations(all, { since })).toEqual(["packs/3.zip", "packs/2.zip"]);
});

test("--not-verified-with finds what was never judged by a trust, and what failed by it", () => {
  const all = [receiptOf(1), receiptOf(2, { trust_id: KEY }), failedReceipt(3)];
  expect(locations(all, { notVerifiedWith: TRUST }).sort()).toEqual(["packs/2.zip", "packs/3.zip"]);
  expect(locations(all, { notVerifiedWith: KEY }).sort()).toEqual(["packs/1.zip", "packs/3.zip"]);
});

test("--signer finds claims too, and says what they are", () => {
  const all = [
    receiptOf(1, { signers: [{ key_id: KEY, status: "not_checked" }] }),
    receiptOf(2, { signers: [{ key_id: KEY.replace("b", "c"), status: "verified" }] }),
  ];
  expect(packs(all, { signer: KEY })).toMatchObject([
    { location: "packs/1.zip", signers: [{ status: "not_checked" }] },
  ]);
});

test("names that differ behind a NUL character, or in their letters' form, are different names", () => {
  const names = ["a", "a\0", "a\0b", "A", "\u00e9", "e\u0301"];
  const all = names.map((name, at) => receiptOf(at + 1, { tools: [{ name, calls: 1, not_ok: 0 }] }));
  for (const [at, tool] of names.entries()) expect(locations(all, { tool })).toEqual([`packs/${at + 1}.zip`]);
});

test("a word that no pack has is told", () => {
  const database = loaded([receiptOf(1)]);
  expect(unknownNames(database, { ...ALL, tool: "shell.exec", notVerifiedWith: TRUST })).toEqual([]);
  const wrong = { ...ALL, tool: "shell", signer: KEY, notVerifiedWith: KEY };
  expect(unknownNames(database, wrong).length).toBe(3);
});

test("values of a SELECT: digests in hexadecimal, numbers that JSON can't keep as text", () => {
  const sql =
    "select sha256, 9223372036854775807 as big, 5 as small, 1.5 as real, 9e999 as more, null as none from pack";
  const { columns, rows } = askedRows(loaded([receiptOf(1)]), sql);
  expect(columns).toEqual(["sha256", "big", "small", "real", "more", "none"]);
  expect([...rows]).toEqual([[receiptOf(1).sha256, "9223372036854775807", 5, 1.5, "Infinity", null]]);
});

test.each([
  ["select calls, not_ok as calls from pack", "two columns the name"],
  ["select ?", "has a place for a value"],
  ["select absent from pack", "no such column"],
  ["select load_extension('x')", "not authorized"],
  ["select abs(-9223372036854775808) as a", "integer overflow"],
])("a SELECT that can't be done is refused: %p", (sql, says) => {
  expect(() => [...askedRows(loaded([receiptOf(1)]), sql).rows]).toThrow(says);
});
