/** A catalogue as a file: whole or not at all, and never another program's. */
import { Database } from "bun:sqlite";
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import { CatalogRows } from "../../../src/host/catalog/loading.ts";
import { addToCatalog, askCatalog, catalogVersion, makeCatalog } from "../../../src/host/catalog/opened.ts";
import { givenReceipts, readReceiptFiles } from "../../../src/host/catalog/receipt-files.ts";
import { TABLES, TABLES_VERSION } from "../../../src/host/catalog/tables.ts";
import type { PackReceipt } from "../../../src/schema/document/store/receipt.ts";
import { failedReceipt, linesOf, receiptOf } from "../../core/catalog/receipts.ts";
import { SeededRandom } from "../../fuzz/random.ts";

const root = mkdtempSync(join(tmpdir(), "gait-catalog-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "f-"));
  path = join(folder, "packs.sqlite");
});

const loadOf =
  (...receipts: PackReceipt[]) =>
  async (database: Database): Promise<void> => {
    const rows = new CatalogRows(database);
    for (const receipt of receipts) rows.add(receipt, "line 1");
  };

const count = (): Promise<number> =>
  askCatalog(path, async (database) =>
    Number(database.query<{ n: bigint }, []>("select count(*) as n from pack").get()?.n),
  );

describe("a catalogue", () => {
  test("is made, added to and asked, and is one file", async () => {
    expect(catalogVersion(path)).toBeUndefined();
    await makeCatalog(path, { replace: false }, loadOf(receiptOf(1)));
    expect(catalogVersion(path)).toBe(TABLES_VERSION);
    await addToCatalog(path, loadOf(receiptOf(2)));
    expect(await count()).toBe(2);
    expect(readdirSync(folder)).toEqual(["packs.sqlite"]);
  });

  test("that could not be made is not there", async () => {
    const broken = async (): Promise<void> => {
      throw new Error("no more");
    };
    await expect(makeCatalog(path, { replace: false }, broken)).rejects.toThrow("no more");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that could not be added to is as it was", async () => {
    await makeCatalog(path, { replace: false }, loadOf(receiptOf(1)));
    const half = async (database: Database): Promise<void> => {
      await loadOf(receiptOf(2))(database);
      throw new Error("no more");
    };
    await expect(addToCatalog(path, half)).rejects.toThrow("no more");
    expect(await count()).toBe(1);
    expect(readdirSync(folder)).toEqual(["packs.sqlite"]);
  });

  test("of which two are made at once is that of the first", async () => {
    const made = makeCatalog(path, { replace: false }, async (database) => {
      await makeCatalog(path, { replace: false }, loadOf(receiptOf(7)));
      await loadOf(receiptOf(1), receiptOf(2))(database);
    });
    await expect(made).rejects.toThrow("was made by another call meanwhile");
    expect(await count()).toBe(1);
  });

  test("whose writer was killed is as it was, by the journal that it left", async () => {
    await makeCatalog(path, { replace: false }, loadOf(...Array.from({ length: 2000 }, (_, at) => receiptOf(at))));
    // A copy in the middle of a transaction is what a kill leaves: pages that were written, and the journal of what was there.
    await addToCatalog(path, async (database) => {
      database.run("PRAGMA cache_size = 5");
      database.run("UPDATE pack SET location = 'changed'");
      copyFileSync(path, join(folder, "killed.sqlite"));
      copyFileSync(`${path}-journal`, join(folder, "killed.sqlite-journal"));
      throw new Error("killed");
    }).catch(() => undefined);
    path = join(folder, "killed.sqlite");
    const changed = await askCatalog(path, async (database) =>
      Number(database.query<{ n: bigint }, []>("select count(*) as n from pack where location = 'changed'").get()?.n),
    );
    expect(changed).toBe(0);
    expect(existsSync(`${path}-journal`)).toBe(false);
  });
});

describe("a file that is no catalogue is not touched", () => {
  test.each([
    ["empty", ""],
    ["text", "SQLite"],
    ["receipts", linesOf([receiptOf(1)])],
  ])("%s", (_name, text) => {
    writeFileSync(path, text);
    expect(() => catalogVersion(path)).toThrow("is no catalogue: it is not an SQLite database");
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("a database of another program, a folder, and another machine's", () => {
    const other = new Database(path);
    other.run("create table pack (id)");
    other.close();
    expect(() => catalogVersion(path)).toThrow("it is another program's database");
    expect(() => catalogVersion(folder)).toThrow("is a folder");
    symlinkSync("nowhere", join(folder, "link"));
    expect(() => catalogVersion(join(folder, "link"))).toThrow("is a link that leads to no file");
    expect(() => catalogVersion("postgres://localhost/x")).toThrow("is not a file");
    expect(() => catalogVersion("")).toThrow("empty");
  });

  test("one of another version is not asked", async () => {
    await makeCatalog(path, { replace: false }, loadOf(receiptOf(1)));
    const database = new Database(path);
    database.run(`PRAGMA user_version = ${TABLES_VERSION + 1}`);
    database.close();
    await expect(count()).rejects.toThrow(`is a catalogue of version ${TABLES_VERSION + 1}`);
  });

  test("a damaged one says so", async () => {
    await makeCatalog(path, { replace: false }, loadOf(receiptOf(1)));
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 100));
    await expect(count()).rejects.toThrow("is damaged");
  });
});

describe("files of receipts", () => {
  const none = (): AsyncIterable<Uint8Array> => new Blob([]).stream();
  const read = (...texts: string[]) => {
    const paths = texts.map((text, at) => {
      const file = join(folder, `${at}.ndjson`);
      writeFileSync(file, text);
      return file;
    });
    return readReceiptFiles(givenReceipts(paths), none, () => undefined);
  };
  const shard = (index: number, number: number): string =>
    linesOf([receiptOf(number)], { listed: 2, shard: { index, count: 2 } });

  test("are whole with their summaries; several calls may stand in one", async () => {
    expect(await read(linesOf([receiptOf(1), receiptOf(2)]))).toEqual({ files: 1, runs: 1, receipts: 2, unjudged: 0 });
    expect(await read(shard(0, 1), shard(1, 2))).toEqual({ files: 2, runs: 1, receipts: 2, unjudged: 0 });
    expect(await read(`${shard(0, 1)}\r\n\n${shard(1, 2)}`.trimEnd())).toMatchObject({ files: 1, runs: 1 });
  });

  test("in different folders are of different runs", async () => {
    const two = [mkdtempSync(join(folder, "a-")), mkdtempSync(join(folder, "b-"))].map((own, at) => {
      writeFileSync(join(own, "x.ndjson"), shard(at, at));
      return join(own, "x.ndjson");
    });
    await expect(readReceiptFiles(givenReceipts(two), none, () => undefined)).rejects.toThrow("shards missing: 1 of 2");
  });

  test.each([
    [
      "without a summary",
      linesOf([receiptOf(1)])
        .split("\n")
        .slice(0, 1)
        .join("\n"),
      "has no summary line at its end",
    ],
    ["that end behind a summary", `${linesOf([receiptOf(1)])}${JSON.stringify(receiptOf(2))}\n`, "has no summary line"],
    ["that were cut in a line", linesOf([receiptOf(1)]).slice(0, -20), "line 2"],
    [
      "of which a line is lost",
      linesOf([receiptOf(1), receiptOf(2)])
        .split("\n")
        .slice(1)
        .join("\n"),
      "line 2 is the summary",
    ],
    ["that are empty", "", "has no receipts"],
    ["of one shard", shard(0, 1), "shards missing: 1 of 2"],
  ])("are refused: %s", async (_rule, text, says) => {
    await expect(read(text)).rejects.toThrow(says);
  });

  test("with any byte changed, cut or repeated are loaded or refused with a place, and break nothing", async () => {
    const random = new SeededRandom(Number(process.env["GAIT_FUZZ_SEED"] ?? 5));
    const good = new TextEncoder().encode(linesOf([receiptOf(1), failedReceipt(2), receiptOf(3)]));
    const database = new Database(":memory:", { strict: true });
    database.run(TABLES);
    const rows = new CatalogRows(database);
    let refused = 0;
    for (let round = 0; round < 2000; round += 1) {
      const at = random.below(good.length);
      const length = 1 + random.below(8);
      const rest = good.subarray(at + [0, 1, length][round % 3]!);
      const put = [good.subarray(at, at + length), Uint8Array.of(random.below(256)), new Uint8Array(0)][
        round % 3
      ] as Uint8Array;
      const bytes = Buffer.concat([good.subarray(0, at), put, rest]);
      const source = [{ path: "-", group: "-" }];
      try {
        await readReceiptFiles(
          source,
          () => new Blob([bytes]).stream(),
          (receipt, where) => rows.add(receipt, where),
        );
      } catch (error) {
        if (!(error instanceof GaitError) || error.code !== "invalid_input") throw error;
        expect(error.message).toMatch(/line \d+|the standard input/);
        refused += 1;
      }
    }
    // A change inside a text, such as the place of a pack, is another receipt.
    expect(refused).toBeGreaterThan(1000);
    expect(refused).toBeLessThan(2000);
  });

  test("with a line that has no end are refused without being held", async () => {
    await expect(read(`{"a":"${"x".repeat(17 * 1024 * 1024)}`)).rejects.toThrow(
      "line 1 is longer than a receipt can be",
    );
  });
});
