/** `--prefix` of the commands that look at a part of a store. */
import { GaitError } from "../../../core/finding/error.ts";
import type { Call } from "../../command/command.ts";

/** @throws GaitError `invalid_input` for a prefix that no pack has */
export function prefixOf(call: Call): string {
  const text = call.option("--prefix") ?? "";
  if (/^packs\/(?:[0-9]{4}\/(?:[0-9]{2}\/(?:[0-9]{2}\/)?)?)?$/.test(text)) return text;
  throw new GaitError("invalid_input", `--prefix can't be ${JSON.stringify(text)}`, {
    hint: "Give packs/, packs/2026/, packs/2026/11/ or packs/2026/11/25/.",
  });
}
