/** The work of `gait collection cosign`. */
import { statSync } from "node:fs";
import { auditLog } from "../../../core/collection/audit.ts";
import {
  formatNote,
  isNoteName,
  isSignedBy,
  MAX_NOTE_BYTES,
  NOTE_COSIGNATURE,
  type NoteKey,
  noteKey,
  parseNote,
} from "../../../core/collection/note.ts";
import { cosigned, withCosignatures } from "../../../core/collection/witness.ts";
import { GaitError } from "../../../core/finding/error.ts";
import type { PackStore } from "../../../core/store/objects.ts";
import { countText } from "../../../core/text/quantities.ts";
import { statOrNothing, withFileErrors } from "../../../host/files/errno.ts";
import { readInput } from "../../../host/files/input.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { loadPrivateKey } from "../../../host/keys.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { lockingStore } from "../../../host/store/locking.ts";
import type { CollectionCosignOutput } from "../../../schema/answer/store/log.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { findingLines, warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { givenKey, keyText, openCollection } from "./opened.ts";

export async function cosignCollection(call: Call): Promise<Answer<CollectionCosignOutput>> {
  const [place = ""] = call.positionals;
  const logKey = givenKey(call);
  const state = required(call, "--state", "It keeps what was signed last: without it nothing could be compared.");
  const keyFile = required(call, "--witness-key", "`gait keys init --prefix witness` makes one.");
  const name = required(call, "--witness-name", "As nobody else is named: example.org/auditor.");
  if (logKey === undefined) {
    throw new GaitError("invalid_input", "--log-vkey is missing", {
      hint: "Give the log's key, as the keeper of the log gave it to you.",
    });
  }
  if (!isNoteName(name)) {
    throw new GaitError("invalid_input", `--witness-name can't be ${JSON.stringify(name)}`, {
      hint: "It is a name without spaces and without +, as example.org/auditor.",
    });
  }
  const { store, about, names, members } = await openCollection(call, place);
  const { signer, warning } = await loadPrivateKey({ path: keyFile }, hostPlatform);
  const key = noteKey(hostPlatform, name, signer.publicKey.bytes, NOTE_COSIGNATURE);
  const vkey = keyText(key);
  const since = await stateOf(state);
  const audit = await withProgress(call, "collection cosign", () =>
    auditLog(hostPlatform, store, names, { key: logKey, since }),
  );
  const warnings = [...(warning === undefined ? [] : [warning]), ...audit.warnings];
  const size = audit.newest?.size ?? 0;
  const told = { ...members, size, vkey, state, ...(warnings.length > 0 ? { warnings } : {}) };
  const notes = warningLines(warnings, call.stderr);
  if (audit.findings.length > 0) {
    const found = `nothing was signed\n${findingLines(audit.findings, call.stderr)}`;
    return { exit: EXIT.failed, json: { ...told, findings: audit.findings }, text: "", notes: found + notes };
  }
  if (audit.newest === undefined) {
    throw new GaitError("not_found", `${members.name} has no signed head yet: there is nothing to sign`, {
      hint: "`gait collection checkpoint` signs one.",
    });
  }
  const head = await withCosignatures(store, names, audit.newest);
  const note = formatNote(await cosigned(hostPlatform, head, key, signer, Math.floor(call.now() / 1000)));
  const bytes = new TextEncoder().encode(note);
  // First the memory: a signature without it could be given for another log too.
  await writeAtomically(state, async (sink) => sink.write(bytes), { force: true });
  const out = call.option("--out");
  const path = out ?? store.path(`${names.cosignatures(size)}${key.id}`);
  if (out !== undefined) await writeAtomically(out, async (sink) => sink.write(bytes), { inputs: [state, keyFile] });
  else {
    const locking = await lockingStore(store, about, call.now());
    if (!(await locking.create(`${names.cosignatures(size)}${key.id}`, bytes, { lasting: true })))
      await assertOwn(store, `${names.cosignatures(size)}${key.id}`, audit.newest.note.text, key);
  }
  const { origin } = audit.newest;
  const text = `${vkey}\nsigned  ${origin}: ${countText(size, "entry", "entries")}\n  cosignature  ${path}\n  state        ${state}\n`;
  return { exit: EXIT.ok, json: { ...told, origin, path, findings: [] }, text, notes };
}

/** Everybody knows the name: what is there may be anybody's. @throws GaitError `already_exists` where it is not this witness's */
async function assertOwn(store: PackStore, name: string, head: string, key: NoteKey): Promise<void> {
  const there = parseNote((await store.read(name, MAX_NOTE_BYTES)) ?? new Uint8Array(0));
  if (there?.text === head && (await isSignedBy(hostPlatform, there, key)) === true) return;
  throw new GaitError(
    "already_exists",
    `${store.path(name)} is there, and is no cosignature of this head by this key`,
    {
      hint: "Somebody put it there first, or damaged it. Give --out FILE, and take the file to those who verify; ask who can write there.",
    },
  );
}

function required(call: Call, flag: "--state" | "--witness-key" | "--witness-name", hint: string): string {
  const value = call.option(flag);
  if (value !== undefined) return value;
  throw new GaitError("invalid_input", `${flag} is missing`, { hint });
}

async function stateOf(path: string): Promise<{ readonly name: string; readonly bytes: Uint8Array } | undefined> {
  const isThere = withFileErrors("read", path, () => statOrNothing(() => statSync(path))) !== undefined;
  if (!isThere) return undefined;
  return {
    name: path,
    bytes: await readInput(path, { limit: MAX_NOTE_BYTES, limitHint: "Give the witness's own file." }),
  };
}
