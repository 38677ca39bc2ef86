/** The work of `gait store get`. */

import { basename, join } from "node:path";
import { chunks } from "../../../core/bytes/source.ts";
import { GaitError } from "../../../core/finding/error.ts";
import type { PackStore } from "../../../core/store/objects.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { openStore } from "../../../host/store/open.ts";
import { type StoredFile, storedFiles, withObject } from "../../../host/store/packs.ts";
import type { StoreGetOutput } from "../../../schema/answer/store/objects.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { netOf } from "../../flags/net.ts";
import { digestNamed } from "./named-pack.ts";

export async function getPacks(call: Call): Promise<Answer<StoreGetOutput>> {
  const [place = "", ...wanted] = call.positionals;
  const { store } = await openStore(place, netOf(call));
  const files: StoreGetOutput["files"][number][] = [];
  for (const file of await found(store, wanted)) {
    const path = join(call.option("--out-dir") ?? "", basename(file.name));
    const { outcome } = await copied(store, file, path, call.has("--force"));
    files.push({ key: file.name, path, outcome: outcome === "unchanged" ? "unchanged" : "created" });
  }
  const text = files.map(({ key, path }) => `${path}  ${key}\n`).join("");
  return { exit: EXIT.ok, json: { store: place, files }, text };
}

/** Each pack that is asked for, once, with what lies beside it. */
async function found(store: PackStore, wanted: readonly string[]): Promise<readonly StoredFile[]> {
  const digests = new Set(wanted.map(digestNamed));
  const files = new Map<string, StoredFile>();
  const there = new Set<string>();
  for await (const file of storedFiles(store, "packs/")) {
    if (!digests.has(file.sha256)) continue;
    const name = basename(file.name);
    if (!files.has(name)) files.set(name, file);
    if (file.beside === undefined) there.add(file.sha256);
  }
  const missing = [...digests].find((digest) => !there.has(digest));
  if (missing === undefined) return [...files.values()];
  throw new GaitError("not_found", `the store has no pack with the SHA-256 ${missing}`, {
    hint: "`gait store ls` lists what it has.",
  });
}

function copied(store: PackStore, file: StoredFile, path: string, force: boolean) {
  return writeAtomically(
    path,
    (sink) =>
      withObject(store, file.name, async ({ source }) => {
        const hash = hostPlatform.sha256();
        for await (const bytes of chunks(source)) {
          hash.update(bytes);
          sink.write(bytes);
        }
        if (file.beside !== undefined || hash.hex() === file.sha256) return;
        throw new GaitError("input_changed", `${store.path(file.name)} has other content than its name says`, {
          hint: "It was changed or damaged: `gait store verify` says what else is. Nothing was written.",
        });
      }),
    { force },
  );
}
