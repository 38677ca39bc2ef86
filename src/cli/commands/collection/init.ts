/** The work of `gait collection init`. */

import { isNoteName } from "../../../core/collection/note.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { collectionNames } from "../../../core/store/names.ts";
import { lockingStore } from "../../../host/store/locking.ts";
import { openStore } from "../../../host/store/open.ts";
import type { CollectionInitOutput } from "../../../schema/answer/store/log.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { warningLines } from "../../show/verdict.ts";
import { assertKeepsNames, keyText, logSignerOf, nameOf } from "./opened.ts";

const MAX_ORIGIN = 255;

export async function initCollection(call: Call): Promise<Answer<CollectionInitOutput>> {
  const [place = ""] = call.positionals;
  const name = nameOf(call);
  const origin = originOf(call);
  const opened = await openStore(place, netOf(call));
  await assertKeepsNames(opened.store, true);
  const store = await lockingStore(opened.store, opened.about, call.now());
  const { key, warnings } = await logSignerOf(call, origin);
  const vkey = keyText(key);
  const names = collectionNames(name);
  const bytes = new TextEncoder().encode(`${vkey}\n`);
  const created = await store.create(names.vkey, bytes, { lasting: true });
  const there = created ? bytes : await store.read(names.vkey, bytes.length);
  if (there === undefined || Buffer.compare(there, bytes) !== 0) {
    throw new GaitError("already_exists", `${place} has a collection ${name} already, with another key or origin`, {
      hint: "Choose another name. A log keeps its key: what it has signed has to stay verifiable.",
    });
  }
  return {
    exit: EXIT.ok,
    json: {
      ...{ store: place, name, origin, vkey, outcome: created ? "created" : "unchanged" },
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: `${vkey}\n`,
    notes: warningLines(warnings, call.stderr),
  };
}

function originOf(call: Call): string {
  const origin = call.option("--origin");
  if (origin === undefined) {
    throw new GaitError("invalid_input", "--origin is missing", {
      hint: "Name the log as nobody else's is named: --origin example.org/agents.",
    });
  }
  if (isNoteName(origin) && origin.length <= MAX_ORIGIN) return origin;
  throw new GaitError("invalid_input", `--origin can't be ${JSON.stringify(origin)}`, {
    hint: "It is a name without spaces and without +, as example.org/agents.",
  });
}
