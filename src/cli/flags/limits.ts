/** The flags that bound what an archive may ask of the reader: the same for every command that reads one. */
import { GaitError } from "../../core/finding/error.ts";
import { DEFAULT_LIMITS, limitText, parseLimit, WANT_LIMIT, type ZipLimits } from "../../core/zip/limits.ts";
import type { Call, Flag, OptionSpec } from "../command/command.ts";

/** Numbers are whole; `K`, `M` and `G` stand for 2^10, 2^20 and 2^30. An archive that asks for more has failed. */
export const LIMIT_FLAGS: readonly OptionSpec[] = [
  {
    flag: "--max-entries",
    value: "N",
    default: String(DEFAULT_LIMITS.maxEntries),
    description: "Most entries, those of an embedded archive included",
  },
  {
    flag: "--max-bytes",
    value: "N",
    default: limitText(DEFAULT_LIMITS.maxBytes),
    description: "Most bytes of content, inflated; K, M and G are binary",
  },
  {
    flag: "--max-ratio",
    value: "N",
    default: String(DEFAULT_LIMITS.maxRatio),
    description: "Most bytes of content for a byte of the file, where content is more than 256M",
  },
];

/**
 * The limits of a call whose command has `LIMIT_FLAGS`.
 * @throws GaitError `invalid_input` for a value that is no whole number above zero
 */
export function limitsOf(call: Pick<Call, "option">): ZipLimits {
  return {
    maxEntries: limitOf(call, "--max-entries"),
    maxBytes: limitOf(call, "--max-bytes"),
    maxRatio: limitOf(call, "--max-ratio"),
  };
}

function limitOf(call: Pick<Call, "option">, flag: Flag): number {
  const text = call.option(flag) ?? "";
  const value = parseLimit(text);
  if (value !== undefined) return value;
  throw new GaitError("invalid_input", `${flag} can't be ${JSON.stringify(text)}`, {
    hint: WANT_LIMIT,
  });
}
