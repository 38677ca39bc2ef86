/** The work of `gait catalog build`. */

import type { Database } from "bun:sqlite";
import { GaitError } from "../../../core/finding/error.ts";
import { countText } from "../../../core/text/quantities.ts";
import { CatalogRows } from "../../../host/catalog/loading.ts";
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

interface Loaded extends ReadReceipts {
  /** As it is shown. */
  readonly place: string;
  readonly outcome: CatalogBuildOutput["outcome"];
  /** Of the tables that were there. */
  readonly version: number | undefined;
  readonly added: number;
  readonly packs: number;
}

type Add = (receipt: PackReceipt, where: string) => void;
type Read = (add: Add, drained?: () => Promise<void> | undefined) => Promise<ReadReceipts>;

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
  const read = async (add: Add, drained?: () => Promise<void> | undefined): Promise<ReadReceipts> =>
    readReceiptFiles(await sourcesOf(call, foreign), () => call.stdin(), add, drained);
  const loaded = await withProgress(call, "catalog build", () => (isServer(into) ? inServer : inFile)(into, read));
  const { place, outcome, version, files, runs, receipts, added, packs, unjudged } = loaded;
  const warnings = [
    ...(outcome === "rebuilt"
      ? [
          `it was a catalogue of version ${version}: what stood in it is gone, and has to be loaded again from its receipts`,
        ]
      : []),
    ...(foreign.count === 0
      ? []
      : [`${foreign.count} foreign: names that no receipts have in a store, which are never opened`]),
    ...(unjudged === 0
      ? []
      : [`${countText(unjudged, "pack")} could not be read or judged, and are not in the catalogue`]),
  ];
  const json = { into: place, outcome, files, runs, receipts, packs_new: added, packs, unjudged } as const;
  return {
    exit: EXIT.ok,
    json: { ...json, ...(warnings.length > 0 ? { warnings } : {}) },
    text: `${SAID[outcome]}  ${place}: ${countText(receipts, "receipt")} of ${countText(runs, "run")}, ${countText(added, "new pack")}, ${countText(packs, "pack")} in all\n`,
    notes: warningLines(warnings, call.stderr),
  };
}

async function inFile(into: string, read: Read): Promise<Loaded> {
  const version = catalogVersion(into);
  const outcome = outcomeOf(version);
  const load = async (database: Database): Promise<Loaded> => {
    const rows = new CatalogRows(database);
    const done = await read((receipt, where) => rows.add(receipt, where));
    const { packs } = database.query<{ packs: number }, []>("SELECT count(*) AS packs FROM pack").get() ?? { packs: 0 };
    return { ...done, place: into, outcome, version, added: rows.added, packs };
  };
  return outcome === "added" ? addToCatalog(into, load) : makeCatalog(into, { replace: outcome === "rebuilt" }, load);
}

async function inServer(into: string, read: Read): Promise<Loaded> {
  const { loadIntoServer } = await import("../../../host/catalog/server-loading.ts");
  const { value, ...loaded } = await loadIntoServer(into, (rows) =>
    read(
      (receipt, where) => rows.add(receipt, where),
      () => rows.drained(),
    ),
  );
  return { ...value, ...loaded };
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
