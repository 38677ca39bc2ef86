/** The work of `gait store verify`: `gait pack verify` of many, and each has the SHA-256 of its name. */
import type { Listed } from "../../../host/files/folder-walk.ts";
import { openStore } from "../../../host/store/open.ts";
import { storedPacks } from "../../../host/store/packs.ts";
import type { PackFailure } from "../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../command/command.ts";
import { verifyMany } from "../pack/many/verify-many.ts";
import { prefixOf } from "./prefix.ts";

export async function verifyStore(call: Call): Promise<Answer<PackFailure>> {
  const [place = ""] = call.positionals;
  const { store } = await openStore(place);
  const prefix = prefixOf(call);
  async function* list(): AsyncGenerator<Listed> {
    const foreign: string[] = [];
    for await (const { name } of storedPacks(store, prefix, (name) => foreign.push(name)))
      yield { path: store.path(name) };
    for (const name of foreign) yield { path: store.path(name), left: "foreign: no store has such a name" };
  }
  return verifyMany(
    { ...call, positionals: [] },
    { located: (path) => path, assertHolds: () => undefined, list, isNamedByDigest: true },
  );
}
