/** The identities that may not resume a job, as version 1.4 of the Go implementation reads them (contract 4.8). */
import type { JsonValue } from "../../../schema/document/primitives.ts";
import { GaitError } from "../../finding/error.ts";
import { isObject } from "../../json/document.ts";
import { JsonError } from "../../json/error.ts";
import { parseJsonText } from "../../json/parse.ts";

const HINT =
  "It is a JSON list of names, an object with revoked_identities or identities, or one name a line (# comments).";

/**
 * Names, trimmed, without blank ones. Text that begins as JSON must be a list of texts, or an object with such lists.
 * @throws GaitError `invalid_input` with the file and what is wrong in it: a list that is misread revokes nobody
 */
export function readRevokedIdentities(path: string, bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder("utf-8", { fatal: false }).decode(bytes);
  if (text.includes("\ufffd")) throw refused(`${path} is not text in UTF-8`);
  if (!/^[\s]*[[{"]/.test(text)) return namesOf(text.split(/\r?\n/).map((line) => line.replace(/#.*$/, "")));
  const value = jsonIn(path, bytes);
  if (Array.isArray(value)) return namesOf(textsOf(path, value));
  if (!isObject(value)) throw refused(`${path} is neither a list nor an object`);
  const lists = ["revoked_identities", "identities"].filter((name) => Object.hasOwn(value, name));
  if (lists.length === 0) throw refused(`${path} has neither revoked_identities nor identities`);
  return namesOf(lists.flatMap((name) => textsOf(`${path}: ${name}`, value[name] ?? null)));
}

function jsonIn(path: string, bytes: Uint8Array): JsonValue {
  try {
    return parseJsonText(bytes).value;
  } catch (error) {
    if (error instanceof JsonError) throw refused(`${path}: ${error.message}`);
    throw error;
  }
}

function textsOf(where: string, value: JsonValue): string[] {
  if (!Array.isArray(value)) throw refused(`${where} is not a list`);
  return value.map((item, index) => {
    if (typeof item !== "string") throw refused(`${where}: item ${index + 1} is not a text`);
    return item;
  });
}

function namesOf(names: readonly string[]): string[] {
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

function refused(message: string): GaitError {
  return new GaitError("invalid_input", message, { hint: HINT });
}
