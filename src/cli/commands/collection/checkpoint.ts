/** The work of `gait collection checkpoint`. */

import { encodeBase64 } from "../../../core/bytes/encoding.ts";
import { writeCheckpoint } from "../../../core/collection/head/sign.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { countText } from "../../../core/text/quantities.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { CollectionCheckpointOutput } from "../../../schema/answer/store/log.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { findingLines, warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { keyText, logSignerOf, storedKey, writableCollection } from "./opened.ts";

export async function checkpointCollection(call: Call): Promise<Answer<CollectionCheckpointOutput>> {
  const [place = ""] = call.positionals;
  const opened = await writableCollection(call, place);
  const own = await storedKey(opened);
  const { key, signer, warnings: keyWarnings } = await logSignerOf(call, own.name);
  if (keyText(key) !== keyText(own)) {
    throw new GaitError("invalid_key", "--log-key is not the key of this log", {
      hint: "Give the private key that `gait collection init` was given. If it is lost, begin a new collection.",
    });
  }
  const { store, names, members } = opened;
  const written = await withProgress(call, "collection checkpoint", () =>
    writeCheckpoint(hostPlatform, store, names, key, signer),
  );
  const { size, before, findings, isNew, tiles, ignored } = written;
  const root = encodeBase64(written.root);
  const warnings = [
    ...keyWarnings,
    ...(ignored === 0 ? [] : [`${countText(ignored, "commit has", "commits have")} no entries: they continue nothing`]),
  ];
  const json = {
    ...{ ...members, origin: key.name, size, root, before, signed: isNew, tiles, findings },
    ...(warnings.length > 0 ? { warnings } : {}),
  };
  const notes = warningLines(warnings, call.stderr);
  if (findings.length > 0) {
    return {
      exit: EXIT.failed,
      json,
      text: "",
      notes: `nothing was signed\n${findingLines(findings, call.stderr)}${notes}`,
    };
  }
  const what = isNew
    ? `signed  ${key.name}: ${countText(size, "entry", "entries")}, ${size - before} more than before\n  root  ${root}\n`
    : `nothing new  ${key.name}: ${countText(size, "entry", "entries")}\n`;
  return { exit: EXIT.ok, json, text: what, notes };
}
