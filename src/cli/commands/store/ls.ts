/** The work of `gait store ls`. */

import { sizeText } from "../../../core/text/quantities.ts";
import { openStore } from "../../../host/store/open.ts";
import { storedFiles } from "../../../host/store/packs.ts";
import type { StoredPack, StoreLsOutput } from "../../../schema/answer/store/objects.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { warningLines } from "../../show/verdict.ts";
import { lockText, shownLock, unlocked } from "./locked.ts";
import { prefixOf } from "./prefix.ts";

export async function listStore(call: Call): Promise<Answer<StoreLsOutput>> {
  const [place = ""] = call.positionals;
  const { store } = await openStore(place, netOf(call));
  if (call.has("--retention") && store.locks === undefined) throw unlocked(place);
  const locks = call.has("--retention") ? store.locks : undefined;
  const packs: StoredPack[] = [];
  let beside = 0;
  let foreign = 0;
  const isStreamed = !call.json;
  const asLines = call.option("--format") === "ndjson";
  const onForeign = (): void => {
    foreign += 1;
  };
  for await (const file of storedFiles(store, prefixOf(call), onForeign)) {
    if (file.beside !== undefined) {
      beside += 1;
      continue;
    }
    const lock = locks === undefined ? undefined : shownLock(await locks.of(file.name));
    const pack = {
      ...{ key: file.name, sha256: file.sha256, size: file.size },
      ...(lock === undefined ? {} : { lock }),
    };
    const shown = [file.name, sizeText(file.size), ...(lock === undefined ? [] : [lockText(lock)])];
    if (!isStreamed) packs.push(pack);
    else await call.write(`${asLines ? JSON.stringify(pack) : shown.join("  ")}\n`);
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
