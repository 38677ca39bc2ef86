/** A catalogue to be asked: a file, or a server. */
import type { Database } from "bun:sqlite";
import { askedPacks, askedRows, type CatalogSource, placesIn, unknownNames } from "./asking.ts";
import { askCatalog } from "./opened.ts";

export function isServer(place: string): boolean {
  return /^postgres(ql)?:\/\//.test(place);
}

/** Hands the catalogue to `ask`. @throws GaitError as `askCatalog`, and of a server `store_unreachable`, `store_refused` */
export async function withCatalog<T>(place: string, ask: (source: CatalogSource) => Promise<T>): Promise<T> {
  if (!isServer(place)) return askCatalog(place, (database) => ask(fileSource(database)));
  const { askServer } = await import("./server-asking.ts");
  return askServer(place, ask);
}

function fileSource(database: Database): CatalogSource {
  return {
    unknown: async (question) => unknownNames(database, question),
    packs: (question) => askedPacks(database, question),
    rows: async (sql) => askedRows(database, sql),
    places: async (vkey, digests) => placesIn(database, vkey, digests),
  };
}
