/** The work of `gait store ls`. */

import { sizeText } from "../../../core/text/quantities.ts";
import { openStore } from "../../../host/store/open.ts";
import { storedFiles } from "../../../host/store/packs.ts";
import type { StoredPack, StoreLsOutput } from "../../../schema/answer/store/objects.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { warningLines } from "../../show/verdict.ts";
import { prefixOf } from "./prefix.ts";

export async function listStore(call: Call): Promise<Answer<StoreLsOutput>> {
  const [place = ""] = call.positionals;
  const { store } = await openStore(place, netOf(call));
  const packs: StoredPack[] = [];
  let beside = 0;
  let foreign = 0;
  const isStreamed = !call.json;
  const asLines = call.option("--format") === "ndjson";
  const onForeign = (): void => {
    foreign += 1;
  };
  for await (const file of storedFiles(store, prefixOf(call), onForeign)) {
    const pack = { key: file.name, sha256: file.sha256, size: file.size };
    if (file.beside !== undefined) beside += 1;
    else if (!isStreamed) packs.push(pack);
    else await call.write(asLines ? `${JSON.stringify(pack)}\n` : `${file.name}  ${sizeText(file.size)}\n`);
  }
  const warnings = foreign === 0 ? [] : [`${foreign} foreign: names that no store has, which are never opened`];
  const notes = warningLines(warnings, call.stderr);
  if (isStreamed) {
    await call.flush();
    return { exit: EXIT.ok, json: undefined, text: "", written: true, notes };
  }
  const json = { store: place, packs, beside, foreign, ...(warnings.length > 0 ? { warnings } : {}) };
  return { exit: EXIT.ok, json, text: "", notes };
}
