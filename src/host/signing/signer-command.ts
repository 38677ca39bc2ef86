/**
 * An external command that signs: the bytes to sign on its stdin, the signature on its stdout. Started without a shell, only
 * by commands that sign, and only when `--signer` names it: never from a file or a pack.
 */
import { GaitError } from "../../core/finding/error.ts";
import { errnoOf } from "../files/errno.ts";

const MAX_SIGNATURE_BYTES = 64 * 1024;

/** Words between blanks; single and double quotes keep blanks in a word, and nothing else is special. */
export function wordsOfCommand(command: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (const character of command) {
    if (quote !== "") {
      if (character === quote) quote = "";
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  if (quote === "" && words.length > 0 && words[0] !== "") return words;
  throw new GaitError("invalid_input", "--signer is not a command: a quote is open, or it is empty", {
    hint: "Give a program and its arguments: --signer 'kms-sign --key ID'.",
  });
}

/** @throws GaitError `invalid_input` where it can't be started, `invalid_signature` where it fails */
export async function runSigner(command: string, message: Uint8Array): Promise<Uint8Array> {
  const words = [...wordsOfCommand(command)];
  const child = start(words, message);
  const reader = child.stdout.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > MAX_SIGNATURE_BYTES) {
      child.kill();
      throw failed("wrote more than a signature has");
    }
    parts.push(part.value);
  }
  const exit = await child.exited;
  if (exit !== 0) throw failed(`ended with exit ${exit}`);
  if (length === 0) throw failed("wrote nothing");
  return new Uint8Array(Buffer.concat(parts));
}

function start(words: string[], message: Uint8Array): Bun.Subprocess<Uint8Array, "pipe", "inherit"> {
  try {
    // Its messages, and its question for a PIN, are for the person at the terminal.
    return Bun.spawn(words, { stdin: message, stdout: "pipe", stderr: "inherit" });
  } catch (error) {
    const why = errnoOf(error) === "EACCES" ? "may not be run by this user" : "was not found";
    throw new GaitError("invalid_input", `the signer ${words[0]} ${why}`, {
      hint: "Give a program and its arguments.",
      cause: error,
    });
  }
}

function failed(what: string): GaitError {
  return new GaitError("invalid_signature", `the signer ${what}`, {
    hint: "It gets the bytes to sign on stdin, and writes the signature to stdout: raw, DER or base64.",
  });
}
