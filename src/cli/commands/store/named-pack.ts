/** A pack of a store, as a call names it. */
import { GaitError } from "../../../core/finding/error.ts";
import { parsePackName } from "../../../core/store/names.ts";

/** @throws GaitError `invalid_input` for what is neither a SHA-256 nor the name of a pack */
export function digestNamed(text: string): string {
  if (/^[0-9A-Fa-f]{64}$/.test(text)) return text.toLowerCase();
  const name = parsePackName(text);
  if (name !== undefined) return name.sha256;
  throw new GaitError(
    "invalid_input",
    `${JSON.stringify(text)} is neither a SHA-256 nor the name of a pack in a store`,
    {
      hint: "Give 64 hex digits, or a name as `gait store ls` shows it.",
    },
  );
}
