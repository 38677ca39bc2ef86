/** The text of a key where a path or a name belongs: `--private-key "$(cat gait_private.key)"`. No message repeats it. */
import { GaitError } from "../../core/finding/error.ts";

/**
 * A PEM block; PKCS#8 of Ed25519 (its object identifier, in base64); base64 of 64 bytes, which is a private key file;
 * and, alone or behind `=`, base64 of 32 bytes: a public key here, the private one of other programs.
 */
const keyTexts = (): readonly RegExp[] => [
  /-----BEGIN [A-Z0-9 ]*KEY/,
  /M[A-Z][A-Za-z0-9+/]{2,8}wBQYDK2Vw/,
  /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==(?![A-Za-z0-9+/=])/,
  /^(?:--[a-z-]+=)?[A-Za-z0-9+/]{43}=$/,
];

export function isKeyText(text: string): boolean {
  // What all of them need: making the patterns takes longer than all else that is asked of most arguments.
  if (text.length < 44 && !text.includes("-----BEGIN ") && !text.includes("wBQYDK2Vw")) return false;
  return keyTexts().some((pattern) => pattern.test(text.trim()));
}

/** @throws GaitError `invalid_input` for an argument that has the text of a key in it, without the text */
export function assertNoKeyText(argv: readonly string[]): void {
  const at = argv.findIndex(isKeyText);
  if (at === -1) return;
  throw new GaitError("invalid_input", `argument ${at + 1} has the text of a key in it, which is not shown here`, {
    hint:
      "Give the path of the key file, or with --private-key-env the name of a variable that holds the key. If it " +
      "was a " +
      "private key, the history of the shell has it now.",
  });
}
