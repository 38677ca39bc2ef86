/** The collection that a call names, and the keys of its log. */

import {
  formatNoteKey,
  NOTE_COSIGNATURE,
  NOTE_ED25519,
  type NoteKey,
  noteKey,
  parseNoteKey,
} from "../../../core/collection/note.ts";
import { GaitError } from "../../../core/finding/error.ts";
import type { Signer } from "../../../core/signature/signature.ts";
import { type CollectionNames, collectionNames, isCollectionName } from "../../../core/store/names.ts";
import type { PackStore } from "../../../core/store/objects.ts";
import { loadPrivateKey } from "../../../host/keys.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { lockingStore } from "../../../host/store/locking.ts";
import { openStore } from "../../../host/store/open.ts";
import type { StoreDocument } from "../../../schema/document/store/collection.ts";
import type { Call } from "../../command/command.ts";
import { netOf } from "../../flags/net.ts";

const MAX_KEY_TEXT = 1024;

export interface OpenedCollection {
  readonly store: PackStore;
  /** What the store says of itself. */
  readonly about: StoreDocument;
  readonly names: CollectionNames;
  /** The members that every answer has. */
  readonly members: { readonly store: string; readonly name: string };
}

/** @throws GaitError `invalid_input`, `not_found` where the store has no such collection */
export async function openCollection(call: Call, place: string, name = nameOf(call)): Promise<OpenedCollection> {
  const { store, about } = await openStore(place, netOf(call));
  const names = collectionNames(name);
  if ((await store.read(names.vkey, MAX_KEY_TEXT)) === undefined) {
    throw new GaitError("not_found", `${place} has no collection ${name}`, {
      hint: "`gait collection init` begins one; in a copy, its folder has to have come along whole.",
    });
  }
  return { store, about, names, members: { store: place, name } };
}

/** The same, to be written to. @throws GaitError as `openCollection`, and `unsupported` */
export async function writableCollection(call: Call, place: string): Promise<OpenedCollection> {
  const opened = await openCollection(call, place);
  await assertKeepsNames(opened.store, false);
  return { ...opened, store: await lockingStore(opened.store, opened.about, call.now()) };
}

/** @throws GaitError `unsupported` where a bucket's server would let two writers write one commit */
export async function assertKeepsNames(store: PackStore, isThorough: boolean): Promise<void> {
  if (await store.keepsNames(isThorough)) return;
  throw new GaitError("unsupported", `the server of ${store.place} creates a name again that is there`, {
    hint: "A log needs a store that does not (If-None-Match of the S3 API). Packs can be put here; keep the collection in a folder, or on another server.",
  });
}

export function nameOf(call: Call): string {
  const name = call.option("--name");
  if (name === undefined)
    throw new GaitError("invalid_input", "--name is missing", { hint: "Name the collection: --name NAME." });
  assertCollectionName(name, "--name");
  return name;
}

/** @throws GaitError `invalid_input` */
export function assertCollectionName(name: string, flag: `--${string}`): void {
  if (isCollectionName(name)) return;
  throw new GaitError("invalid_input", `${flag} can't be ${JSON.stringify(name)}`, {
    hint: "Use up to 64 small letters, digits, dots, _ and -; begin with a letter or digit.",
  });
}

export interface LogSigner {
  readonly key: NoteKey;
  readonly signer: Signer;
  readonly warnings: readonly string[];
}

/** @throws GaitError `invalid_key`, `not_found`, and `invalid_input` without `--log-key` */
export async function logSignerOf(call: Call, origin: string): Promise<LogSigner> {
  const path = call.option("--log-key");
  if (path === undefined) {
    throw new GaitError("invalid_input", "--log-key is missing", {
      hint: "Give the log's own private key; `gait keys init --prefix log` makes one.",
    });
  }
  const { signer, warning } = await loadPrivateKey({ path }, hostPlatform);
  const key = noteKey(hostPlatform, origin, signer.publicKey.bytes);
  return { key, signer, warnings: warning === undefined ? [] : [warning] };
}

/** The log's own key, as the store has it: to find out what is meant, and never to trust. */
export async function storedKey({ store, names }: OpenedCollection): Promise<NoteKey> {
  const text = new TextDecoder().decode((await store.read(names.vkey, MAX_KEY_TEXT)) ?? new Uint8Array(0));
  const key = parseNoteKey(hostPlatform, text.trim());
  if (key !== undefined) return key;
  throw new GaitError("invalid_input", `${store.path(names.vkey)} is not the key of a log`, {
    hint: "Get the file again from another copy of the store.",
  });
}

/** @throws GaitError `invalid_key` where `--log-vkey` is none */
export function givenKey(call: Call): NoteKey | undefined {
  const text = call.option("--log-vkey");
  if (text === undefined) return undefined;
  const key = parseNoteKey(hostPlatform, text.trim());
  if (key?.kind === NOTE_ED25519) return key;
  throw new GaitError("invalid_key", "--log-vkey is not the key of a log, or was changed by a letter", {
    hint: `Give what \`gait collection init\` printed: name+id+key, as one word; from a file, "$(cat FILE)".`,
  });
}

/** The keys of `--witness`, and how many of them must have signed; none where there are none. */
export function witnessesOf(call: Call): { readonly keys: readonly NoteKey[]; readonly atLeast: number } {
  const keys = call.options("--witness").map((text) => {
    const key = parseNoteKey(hostPlatform, text.trim());
    if (key?.kind === NOTE_COSIGNATURE) return key;
    throw new GaitError("invalid_key", "--witness is not the key of a witness, or was changed by a letter", {
      hint: "Give what `gait collection cosign` printed: name+id+key, as one word.",
    });
  });
  if (new Set(keys.map(({ name }) => name)).size < keys.length) {
    throw new GaitError("invalid_input", "a witness is given twice", { hint: "Each witness counts once." });
  }
  const text = call.option("--at-least");
  const atLeast = text === undefined ? keys.length : Number(/^[1-9][0-9]{0,3}$/.test(text) ? text : Number.NaN);
  if (atLeast <= keys.length) return { keys, atLeast };
  throw new GaitError("invalid_input", `--at-least can't be ${JSON.stringify(text)}`, {
    hint: "Give a number from 1 to that of the witnesses.",
  });
}

export function keyText(key: NoteKey): string {
  return formatNoteKey(key);
}
