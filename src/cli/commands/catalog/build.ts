/** The work of `gait catalog build`. */

import type { Database } from "bun:sqlite";
import { GaitError } from "../../../core/finding/error.ts";
import { countText, grouped } from "../../../core/text/quantities.ts";
import { CatalogRows } from "../../../host/catalog/loading.ts";
import {
  type CollectionOfStore,
  type LoadedLog,
  LogRows,
  type LogTable,
  loadLog,
} from "../../../host/catalog/log-loading.ts";
import { addToCatalog, catalogVersion, makeCatalog } from "../../../host/catalog/opened.ts";
import {
  givenReceipts,
  type ReadReceipts,
  type ReceiptSource,
  readReceiptFiles,
} from "../../../host/catalog/receipt-files.ts";
import { isServer } from "../../../host/catalog/source.ts";
import { TABLES_VERSION } from "../../../host/catalog/tables.ts";
import { openStore } from "../../../host/store/open.ts";
import { objectChunks, storedReceipts } from "../../../host/store/receipts.ts";
import type { CatalogBuildOutput } from "../../../schema/answer/store/catalog.ts";
import type { PackReceipt } from "../../../schema/document/store/receipt.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { assertCollectionName, openCollection, storedKey } from "../collection/opened.ts";

interface Loaded extends ReadReceipts {
  /** As it is shown. */
  readonly place: string;
  readonly outcome: CatalogBuildOutput["outcome"];
  /** Of the tables that were there. */
  readonly version: number | undefined;
  readonly added: number;
  readonly packs: number;
  readonly logs: readonly LoadedLog[];
}

type Add = (receipt: PackReceipt, where: string) => void;

/** What a call loads. */
interface Sources {
  readonly receipts: (add: Add, drained?: () => Promise<void> | undefined) => Promise<ReadReceipts>;
  readonly logs: (table: LogTable) => Promise<readonly LoadedLog[]>;
}

const NO_RECEIPTS: ReadReceipts = { files: 0, runs: 0, receipts: 0, unjudged: 0 };

const SAID = { created: "built", added: "added", rebuilt: "built anew" } as const;

export async function buildCatalog(call: Call): Promise<Answer<CatalogBuildOutput>> {
  const into = call.option("--into");
  if (into === undefined) {
    throw new GaitError("invalid_input", "--into is missing", { hint: "Name the catalogue: --into FILE.sqlite." });
  }
  if (call.positionals.filter((each) => each === "-").length > 1) {
    throw new GaitError("invalid_input", "the standard input is given twice", { hint: "Give - once." });
  }
  const foreign = { count: 0 };
  const collections = await collectionsOf(call);
  const isOfReceipts = collections.length === 0 || call.has("--receipts");
  const sources: Sources = {
    receipts: async (add, drained) =>
      isOfReceipts ? readReceiptFiles(await sourcesOf(call, foreign), () => call.stdin(), add, drained) : NO_RECEIPTS,
    logs: async (table) => {
      const logs: LoadedLog[] = [];
      for (const collection of collections) logs.push(await loadLog(collection, table));
      return logs;
    },
  };
  const loaded = await withProgress(call, "catalog build", () => (isServer(into) ? inServer : inFile)(into, sources));
  const { place, outcome, version, files, runs, receipts, added, packs, unjudged, logs } = loaded;
  const warnings = [
    ...(outcome === "rebuilt"
      ? [
          `it was a catalogue of version ${version}: what stood in it is gone, and has to be loaded again from its receipts`,
        ]
      : []),
    ...(foreign.count === 0
      ? []
      : [`${foreign.count} foreign: names that no receipts have in a store, which are never opened`]),
    ...logs
      .filter(({ isAnew }) => isAnew)
      .map(({ name }) => `${name} is not the log that the catalogue had under its key: its entries were loaded anew`),
    ...(unjudged === 0
      ? []
      : [`${countText(unjudged, "pack")} could not be read or judged: left out of the catalogue`]),
  ];
  const told = logs.map(({ name, origin, size, added }) => ({ name, origin, entries: size, entries_new: added }));
  const json = {
    ...{ into: place, outcome, files, runs, receipts, packs_new: added, packs, unjudged },
    ...(told.length === 0 ? {} : { collections: told }),
  } as const;
  const lines = told.map(
    ({ name, origin, entries, entries_new }) =>
      `  ${name}  ${origin}: ${countText(entries, "entry", "entries")}, ${grouped(entries_new)} new\n`,
  );
  return {
    exit: EXIT.ok,
    json: { ...json, ...(warnings.length > 0 ? { warnings } : {}) },
    text: `${SAID[outcome]}  ${place}: ${countText(receipts, "receipt")} of ${countText(runs, "run")}, ${countText(added, "new pack")}, ${countText(packs, "pack")} in all\n${lines.join("")}`,
    notes: warningLines(warnings, call.stderr),
  };
}

async function inFile(into: string, sources: Sources): Promise<Loaded> {
  const version = catalogVersion(into);
  const outcome = outcomeOf(version);
  const load = async (database: Database): Promise<Loaded> => {
    const count = database.query<{ packs: number }, []>("SELECT count(*) AS packs FROM pack");
    const before = count.get()?.packs ?? 0;
    const rows = new CatalogRows(database);
    const done = await sources.receipts((receipt, where) => rows.add(receipt, where));
    const logs = await sources.logs(new LogRows(database));
    const packs = count.get()?.packs ?? 0;
    return { ...done, logs, place: into, outcome, version, added: packs - before, packs };
  };
  return outcome === "added" ? addToCatalog(into, load) : makeCatalog(into, { replace: outcome === "rebuilt" }, load);
}

async function inServer(into: string, sources: Sources): Promise<Loaded> {
  const { loadIntoServer } = await import("../../../host/catalog/server-loading.ts");
  const { value, ...loaded } = await loadIntoServer(
    into,
    (rows) =>
      sources.receipts(
        (receipt, where) => rows.add(receipt, where),
        () => rows.drained(),
      ),
    sources.logs,
  );
  return { ...value, ...loaded };
}

/** Those of `--collection`, in the store of the call. */
async function collectionsOf(call: Call): Promise<readonly CollectionOfStore[]> {
  const wanted = call.options("--collection");
  const [place = "", ...more] = call.positionals;
  if (wanted.length > 0 && more.length > 0) {
    throw new GaitError("invalid_input", "--collection is given with more than a store", { hint: "Give one store." });
  }
  const collections: CollectionOfStore[] = [];
  for (const name of new Set(wanted)) {
    assertCollectionName(name, "--collection");
    const opened = await openCollection(call, place, name);
    collections.push({ store: opened.store, names: opened.names, name, key: await storedKey(opened) });
  }
  return collections;
}

/** With `--receipts` those of a store, by their runs. */
async function sourcesOf(
  call: Call,
  foreign: { count: number },
): Promise<AsyncIterable<ReceiptSource> | Iterable<ReceiptSource>> {
  const runs = call.options("--run");
  if (!call.has("--receipts")) {
    if (runs.length === 0) return givenReceipts(call.positionals);
    throw new GaitError("invalid_input", "--run is given without --receipts", {
      hint: "Add --receipts, and give a store.",
    });
  }
  const [place = "", ...more] = call.positionals;
  if (more.length > 0) {
    throw new GaitError("invalid_input", "--receipts is given with more than a store", { hint: "Give one store." });
  }
  const { store } = await openStore(place, netOf(call));
  const found = new Set<string>();
  async function* sources(): AsyncGenerator<ReceiptSource> {
    const onForeign = (): void => {
      foreign.count += 1;
    };
    for await (const { name, run, shard } of storedReceipts(store, runs, onForeign)) {
      found.add(run);
      const chunksOf = store.isRemote ? { chunks: () => objectChunks(store, name) } : {};
      yield { path: store.path(name), ...chunksOf, group: run, shard };
    }
    const missing = runs.find((run) => !found.has(run));
    if (missing === undefined) return;
    throw new GaitError("not_found", `${place} has no receipts of a run ${JSON.stringify(missing)}`, {
      hint: "`gait store verify STORE --receipts --run NAME` puts them there.",
    });
  }
  return sources();
}

function outcomeOf(version: number | undefined): CatalogBuildOutput["outcome"] {
  if (version === undefined) return "created";
  return version === TABLES_VERSION ? "added" : "rebuilt";
}
