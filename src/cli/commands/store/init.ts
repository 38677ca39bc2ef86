/** The work of `gait store init`. */
import { GaitError } from "../../../core/finding/error.ts";
import { STORE_NAME } from "../../../core/store/names.ts";
import { makeFolder } from "../../../host/store/folder.ts";
import { openPlace, storeDocument } from "../../../host/store/open.ts";
import type { StoreInitOutput } from "../../../schema/answer/store/objects.ts";
import { SCHEMA_VERSION } from "../../../schema/document/primitives.ts";
import type { StoreDocument } from "../../../schema/document/store/collection.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { warningLines } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";

/** Six months: Regulation (EU) 2024/1689, articles 19(1) and 26(6). */
const LEAST_DAYS = 183;
const MOST_DAYS = 36_500;
const IGNORES =
  "the server creates a name again that is there: packs can be put, for their names are their content, and no collection can be begun here";

export async function initStore(call: Call): Promise<Answer<StoreInitOutput>> {
  const [folder = ""] = call.positionals;
  const retention: StoreDocument["retention"] = {
    days: daysOf(call),
    mode: call.option("--mode") === "compliance" ? "compliance" : "governance",
  };
  const document: StoreDocument = {
    ...{ schema_id: "gait.store", schema_version: SCHEMA_VERSION, layout: 1, retention },
  };
  const isBucket = folder.startsWith("s3://");
  const store = isBucket ? await openPlace(folder, netOf(call)) : makeFolder(folder);
  const keeps = await store.keepsNames(true);
  const isLocking = await store.locks?.areOn();
  const bytes = new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
  const created = await store.create(STORE_NAME, bytes, { lasting: true });
  const there = created ? document : await storeDocument(store);
  if (there === undefined || there.retention.days !== retention.days || there.retention.mode !== retention.mode) {
    throw new GaitError("already_exists", `${folder} is a store already, with a retention of ${shown(there)}`, {
      hint: "What it says is not changed: give the same, or make another store.",
    });
  }
  const text = rows(
    [
      ["store", created ? folder : `${folder} (it was one already)`],
      ["retention", shown(there)],
      ["object lock", isLocking === undefined ? undefined : lockText(isLocking, there)],
    ],
    call.stdout,
  );
  const warnings = keeps ? [] : [IGNORES];
  const outcome = created ? "created" : "unchanged";
  return {
    exit: EXIT.ok,
    json: {
      ...{ store: folder, outcome, retention },
      ...(isLocking === undefined ? {} : { object_lock: isLocking }),
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text,
    notes: warningLines(warnings, call.stderr),
  };
}

function lockText(isOn: boolean, document: StoreDocument): string {
  if (isOn) return `on; give the bucket a default retention too: ${shown(document)}`;
  return "off, or it may not be asked for: nothing keeps packs from being deleted";
}

function shown(document: StoreDocument | undefined): string {
  return document === undefined ? "nothing" : `${document.retention.days} days, ${document.retention.mode}`;
}

function daysOf(call: Call): number {
  const text = call.option("--retain") ?? "";
  const [, digits] = /^([1-9][0-9]{0,4})d$/.exec(text) ?? [];
  const days = Number(digits);
  if (digits === undefined || days > MOST_DAYS) {
    throw new GaitError("invalid_input", `--retain can't be ${JSON.stringify(text)}`, {
      hint: `Give a number of days, up to ${MOST_DAYS}: 183d.`,
    });
  }
  if (days >= LEAST_DAYS || call.has("--force")) return days;
  throw new GaitError("invalid_input", `--retain ${text} is less than the six months that the law asks for`, {
    hint: `Regulation (EU) 2024/1689, articles 19 and 26: ${LEAST_DAYS} days or more. --force allows fewer.`,
  });
}
