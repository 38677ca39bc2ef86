/** The settings panel: a trust file or keys, whether a signature is required, limits. */
import { type NoteKey, parseNoteKey } from "../../core/collection/note.ts";
import { GaitError, hintOfError } from "../../core/finding/error.ts";
import { portablePlatform } from "../../core/portable-platform.ts";
import { assertKeySize, keyText, parsePublicKey } from "../../core/signature/key.ts";
import type { PublicKey } from "../../core/signature/signature.ts";
import { el } from "../../core/text/markup.ts";
import { readPublicKey } from "../../core/trust/key/read-public.ts";
import { DEFAULT_LIMITS, limitText, parseLimit, WANT_LIMIT, type ZipLimits } from "../../core/zip/limits.ts";
import { byId, toDom } from "../dom/dom.ts";
import type { Settings, TrustFile } from "../verifier/verify-file.ts";
import { trustFileOf } from "./dropped.ts";
import { takeFiles } from "./file-input.ts";
import { createTrustFilePlace } from "./trust-file.ts";

const LIMIT_INPUTS: Readonly<Record<keyof ZipLimits, string>> = {
  maxEntries: "max-entries",
  maxBytes: "max-bytes",
  maxRatio: "max-ratio",
};

export interface TrustPanel {
  /** Adds the key in the text field, in case the user pasted a key and then dropped a pack. */
  takePending(): void;
  /** Uses a trust file that was given among the files to verify. */
  takeTrustFile(file: TrustFile): Promise<void>;
  /** A text while the panel has something that can't be used, which it shows: why nothing is verified. */
  settings(): Settings | string;
}

/** @param changed called when `settings` changes */
export function createTrustPanel(changed: () => void): TrustPanel {
  const text = byId("key-text", HTMLTextAreaElement);
  const fault = byId("key-error", HTMLElement);
  const list = byId("keys", HTMLElement);
  const demand = byId("require", HTMLInputElement);
  const trustFile = createTrustFilePlace(changed);
  let keys: readonly PublicKey[] = [];

  const trust = (key: PublicKey): void => {
    if (keys.every(({ id }) => id !== key.id)) keys = [...keys, key];
    showKeys();
  };
  const showKeys = (): void => {
    list.replaceChildren(
      ...keys.map((key) => {
        const item = toDom(keyItem(key)) as HTMLElement;
        item.querySelector("button")?.addEventListener("click", () => {
          keys = keys.filter(({ id }) => id !== key.id);
          showKeys();
          text.focus();
          changed();
        });
        return item;
      }),
    );
  };
  const refuse = (error: unknown): void => {
    if (!(error instanceof GaitError)) throw error;
    fault.replaceChildren(toDom(`${error.message}. ${hintOfError(error)}`));
  };
  const takeText = (): void => {
    fault.replaceChildren();
    text.removeAttribute("aria-invalid");
    if (text.value.trim() !== "") {
      try {
        trust(keyOf(text.value, "pasted"));
        text.value = "";
      } catch (error) {
        text.setAttribute("aria-invalid", "true");
        refuse(error);
      }
    }
    changed();
  };
  const takeKeyFiles = async (files: readonly File[]): Promise<void> => {
    fault.replaceChildren();
    for (const file of files) {
      const meant = await trustFileOf(file);
      if (meant === undefined) await keyOfFile(file).then(trust).catch(refuse);
      else await trustFile.take(meant);
    }
    changed();
  };

  // The value is set only after the event.
  text.addEventListener("paste", () => setTimeout(takeText));
  text.addEventListener("change", takeText);
  byId("key-add", HTMLButtonElement).addEventListener("click", takeText);
  demand.addEventListener("change", changed);
  takeFiles(byId("trust", HTMLElement), byId("key-files", HTMLInputElement), (files) => void takeKeyFiles(files));
  for (const [name, id] of Object.entries(LIMIT_INPUTS) as [keyof ZipLimits, string][]) {
    const input = byId(id, HTMLInputElement);
    input.value = limitText(DEFAULT_LIMITS[name]);
    input.addEventListener("change", changed);
  }

  const log = createLogKeyPlace(changed);
  return {
    takePending() {
      if (text.value.trim() !== "") takeText();
    },
    takeTrustFile: (file) => trustFile.take(file),
    settings() {
      const limits = readLimits();
      if (limits === undefined) return "Not verified: a limit under “What you trust” can't be used";
      if (text.hasAttribute("aria-invalid")) return "Not verified: the key under “What you trust” can't be used";
      if (log.isFaulty()) return "Not verified: the key of the log can't be used";
      if (trustFile.isFaulty()) return "Not verified: the trust file can't be used";
      const trusted = trustFile.current();
      const more = { limits, ...log.current() };
      if (trusted === undefined) return { keys, requireSignature: demand.checked, ...more };
      if (keys.length > 0)
        return "Not verified: a trust file and keys are both given. Remove one of them: the file names its keys";
      return { trust: trusted, keys: [], requireSignature: false, ...more };
    },
  };
}

function readLimits(): ZipLimits | undefined {
  const fault = byId("limit-error", HTMLElement);
  fault.replaceChildren();
  let sound = true;
  const read = (name: keyof ZipLimits): number => {
    const input = byId(LIMIT_INPUTS[name], HTMLInputElement);
    const value = parseLimit(input.value.trim());
    input.removeAttribute("aria-invalid");
    if (value !== undefined) return value;
    sound = false;
    input.setAttribute("aria-invalid", "true");
    fault.replaceChildren(WANT_LIMIT);
    return 0;
  };
  const limits = { maxEntries: read("maxEntries"), maxBytes: read("maxBytes"), maxRatio: read("maxRatio") };
  return sound ? limits : undefined;
}

/** @throws GaitError `invalid_key`, `not_readable` */
async function keyOfFile(file: File): Promise<PublicKey> {
  const source = `path:${file.name}`;
  assertKeySize(file.size, source);
  const bytes = await file.arrayBuffer().catch((cause: unknown) => {
    throw new GaitError("not_readable", `the key file ${file.name} can't be read`, { cause });
  });
  return keyOf(keyText(new Uint8Array(bytes), source), source);
}

/** Of OpenSSH and of minisign too; the others as the command line reads them. */
function keyOf(text: string, source: string): PublicKey {
  if (!/^\s*(?:ssh-|ecdsa-|sk-|untrusted comment:|\{)/i.test(text))
    return parsePublicKey(text, portablePlatform, source);
  const { algorithm, bytes, id } = readPublicKey(text, portablePlatform, source === "pasted" ? "the key" : source);
  if (algorithm === "ed25519") return { bytes, id, source };
  throw new GaitError(
    "invalid_key",
    "the key is for ECDSA P-256, and what is signed inside a pack is signed with Ed25519",
    {
      hint: "Signatures beside a pack count by a trust file, which may name this key.",
    },
  );
}

function keyItem({ id, source = "" }: PublicKey) {
  const from = source.startsWith("path:") ? source.slice("path:".length) : "pasted";
  return el(
    "li",
    {},
    el("span", { class: "origin" }, from),
    el("code", {}, id),
    el("button", { type: "button", "aria-label": `Remove the key ${id}` }, "Remove"),
  );
}

interface LogKeyPlace {
  /** Whether there is a text that is no key. */
  isFaulty(): boolean;
  current(): { readonly logKey?: NoteKey };
}

/** The key of a log, for the proofs that lie beside packs. @param changed called when it changes */
function createLogKeyPlace(changed: () => void): LogKeyPlace {
  const input = byId("log-key", HTMLInputElement);
  const fault = byId("log-key-error", HTMLElement);
  let key: NoteKey | undefined;
  input.addEventListener("change", () => {
    const text = input.value.trim();
    key = text === "" ? undefined : parseNoteKey(portablePlatform, text);
    const isFaulty = text !== "" && key === undefined;
    input.toggleAttribute("aria-invalid", isFaulty);
    fault.textContent = isFaulty
      ? "This is not the key of a log, or was changed by a letter. Give what `gait collection init` printed."
      : "";
    changed();
  });
  return {
    isFaulty: () => input.hasAttribute("aria-invalid"),
    current: () => (key === undefined ? {} : { logKey: key }),
  };
}
