/** The work of `gait catalog build`. */
import type { Database } from "bun:sqlite";
import { GaitError } from "../../../core/finding/error.ts";
import { countText } from "../../../core/text/quantities.ts";
import { CatalogRows } from "../../../host/catalog/loading.ts";
import { addToCatalog, catalogVersion, makeCatalog } from "../../../host/catalog/opened.ts";
import { type ReadReceipts, readReceiptFiles } from "../../../host/catalog/receipt-files.ts";
import { TABLES_VERSION } from "../../../host/catalog/tables.ts";
import type { CatalogBuildOutput } from "../../../schema/answer/store/catalog.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";

interface Loaded extends ReadReceipts {
  readonly added: number;
  readonly packs: number;
}

const SAID = { created: "built", added: "added", rebuilt: "built anew" } as const;

export async function buildCatalog(call: Call): Promise<Answer<CatalogBuildOutput>> {
  const into = call.option("--into");
  if (into === undefined) {
    throw new GaitError("invalid_input", "--into is missing", { hint: "Name the catalogue: --into FILE.sqlite." });
  }
  if (call.positionals.filter((each) => each === "-").length > 1) {
    throw new GaitError("invalid_input", "the standard input is given twice", { hint: "Give - once." });
  }
  const version = catalogVersion(into);
  const outcome = outcomeOf(version);
  const load = async (database: Database): Promise<Loaded> => {
    const rows = new CatalogRows(database);
    const read = await readReceiptFiles(
      call.positionals,
      () => call.stdin(),
      (receipt, where) => rows.add(receipt, where),
    );
    const { packs } = database.query<{ packs: number }, []>("SELECT count(*) AS packs FROM pack").get() ?? { packs: 0 };
    return { ...read, added: rows.added, packs };
  };
  const { files, runs, receipts, added, packs, unjudged } = await withProgress(call, "catalog build", () =>
    outcome === "added" ? addToCatalog(into, load) : makeCatalog(into, { replace: outcome === "rebuilt" }, load),
  );
  const warnings = [
    ...(outcome === "rebuilt"
      ? [
          `it was a catalogue of version ${version}: what stood in it is gone, and has to be loaded again from its receipts`,
        ]
      : []),
    ...(unjudged === 0
      ? []
      : [`${countText(unjudged, "pack")} could not be read or judged, and are not in the catalogue`]),
  ];
  const json = { into, outcome, files, runs, receipts, packs_new: added, packs, unjudged } as const;
  return {
    exit: EXIT.ok,
    json: { ...json, ...(warnings.length > 0 ? { warnings } : {}) },
    text: `${SAID[outcome]}  ${into}: ${countText(receipts, "receipt")} of ${countText(runs, "run")}, ${countText(added, "new pack")}, ${countText(packs, "pack")} in all\n`,
    notes: warningLines(warnings, call.stderr),
  };
}

function outcomeOf(version: number | undefined): CatalogBuildOutput["outcome"] {
  if (version === undefined) return "created";
  return version === TABLES_VERSION ? "added" : "rebuilt";
}
