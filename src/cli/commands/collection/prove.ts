/** The work of `gait collection prove`. */
import { basename, dirname, join } from "node:path";
import { newestCheckpoint } from "../../../core/collection/head/newest.ts";
import { formatProof } from "../../../core/collection/proof-file.ts";
import { entryAt, findEntries, type LoggedEntry, Prover } from "../../../core/collection/prove.ts";
import { withCosignatures } from "../../../core/collection/witness.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { countText } from "../../../core/text/quantities.ts";
import { digestFile } from "../../../core/trust/file-digests.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { withArtifact } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { CollectionProveOutput } from "../../../schema/answer/store/log.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { warningLines } from "../../show/verdict.ts";
import { keyText, type OpenedCollection, openCollection, storedKey } from "./opened.ts";

interface Asked {
  readonly pack: string;
  readonly sha256: string;
  /** Where its proof goes. */
  readonly path: string;
}

export async function provePacks(call: Call): Promise<Answer<CollectionProveOutput>> {
  const [place = "", ...packs] = call.positionals;
  const opened = await openCollection(call, place);
  const { store, names, members } = opened;
  const head = await newestCheckpoint(store, names);
  if (head?.checkpoint === undefined) {
    throw new GaitError("not_found", `${members.name} has no signed head yet`, {
      hint: "`gait collection checkpoint` signs one; a proof leads to it.",
    });
  }
  const asked: Asked[] = [];
  for (const pack of packs) asked.push(await askedFor(pack, call));
  const checkpoint = await withCosignatures(store, names, head.checkpoint);
  const { entries, warnings } = await entriesOf(
    call,
    opened,
    checkpoint.size,
    new Set(asked.map(({ sha256 }) => sha256)),
  );
  const prover = new Prover(hostPlatform, store, names, checkpoint);
  const proofs: CollectionProveOutput["proofs"][number][] = [];
  const texts: string[] = [];
  for (const { pack, sha256, path } of asked) {
    const entry = entries.get(sha256);
    if (entry === undefined) {
      throw new GaitError("not_found", `${pack} is not in the log, or behind its newest head (SHA-256 ${sha256})`, {
        hint: "`gait collection append --new` enters what is in the store; then sign with `gait collection checkpoint`.",
      });
    }
    const proof = await prover.prove(entry);
    if (proof === undefined) {
      throw new GaitError(
        "not_readable",
        "the tiles of the log do not lead to its head: no proof can be made of them",
        {
          hint: "`gait collection verify` says what is wrong; missing ones are written by `gait collection checkpoint`.",
        },
      );
    }
    proofs.push({ pack, sha256, index: entry.index, path });
    texts.push(formatProof(proof));
  }
  for (const [at, { path }] of proofs.entries()) await written(path, texts[at] ?? "", call);
  const text = proofs.map(({ path, index }) => `${path}  entry ${index} of ${checkpoint.size}\n`).join("");
  return {
    exit: EXIT.ok,
    json: { ...members, size: checkpoint.size, proofs, ...(warnings.length > 0 ? { warnings } : {}) },
    text,
    notes: warningLines(warnings, call.stderr),
  };
}

interface FoundEntries {
  readonly entries: ReadonlyMap<string, LoggedEntry>;
  readonly warnings: readonly string[];
}

/**
 * The entries of these packs. A catalogue says only where to look: what it does not know, or the log does not have there, is
 * looked for in the log itself.
 */
async function entriesOf(
  call: Call,
  opened: OpenedCollection,
  size: number,
  digests: ReadonlySet<string>,
): Promise<FoundEntries> {
  const { store, names } = opened;
  const db = call.option("--db");
  if (db === undefined) return { entries: await findEntries(hostPlatform, store, names, size, digests), warnings: [] };
  const { withCatalog } = await import("../../../host/catalog/source.ts");
  const vkey = keyText(await storedKey(opened));
  const places = await withCatalog(db, (source) => source.places(vkey, digests));
  const entries = new Map<string, LoggedEntry>();
  for (const [sha256, index] of places) {
    const entry = await entryAt(hostPlatform, store, names, size, { index, sha256 });
    if (entry !== undefined) entries.set(sha256, entry);
  }
  const rest = new Set([...digests].filter((sha256) => !entries.has(sha256)));
  if (rest.size === 0) return { entries, warnings: [] };
  for (const [sha256, entry] of await findEntries(hostPlatform, store, names, size, rest)) entries.set(sha256, entry);
  const what = countText(rest.size, "pack");
  const warning = `the catalogue does not lead to ${what}, so the log was read: load it again with gait catalog build --collection`;
  return { entries, warnings: [warning] };
}

async function askedFor(pack: string, call: Call): Promise<Asked> {
  const folder = call.option("--out-dir");
  if (/^[0-9A-Fa-f]{64}$/.test(pack)) {
    const sha256 = pack.toLowerCase();
    return { pack, sha256, path: join(folder ?? ".", `${sha256}.zip.tlog-proof`) };
  }
  const { file } = await withArtifact(pack, ({ source }) => digestFile(source, ["sha256"], hostPlatform));
  return { pack, sha256: file.sha256, path: join(folder ?? dirname(pack), `${basename(pack)}.tlog-proof`) };
}

async function written(path: string, text: string, call: Call): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  await writeAtomically(path, async (sink) => sink.write(bytes), { force: call.has("--force"), inputs: call.inputs });
}
