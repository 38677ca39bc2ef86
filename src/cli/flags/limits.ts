/** The limits on an archive, shared by all commands that read one. */
import { GaitError } from "../../core/finding/error.ts";
import { DEFAULT_LIMITS, limitText, parseLimit, WANT_LIMIT, type ZipLimits } from "../../core/zip/limits.ts";
import type { Call, Flag, OptionSpec } from "../command/command.ts";

/** Whole numbers; `K`, `M` and `G` mean 2^10, 2^20 and 2^30. An archive over a limit fails. */
export const LIMIT_FLAGS: readonly OptionSpec[] = [
  {
    flag: "--max-entries",
    value: "N",
    default: String(DEFAULT_LIMITS.maxEntries),
    description: "Maximum number of entries, including those of an embedded archive",
  },
  {
    flag: "--max-bytes",
    value: "N",
    default: limitText(DEFAULT_LIMITS.maxBytes),
    description: "Maximum bytes of content, decompressed; K, M and G are binary",
  },
  {
    flag: "--max-ratio",
    value: "N",
    default: String(DEFAULT_LIMITS.maxRatio),
    description: "Maximum ratio of content to file size, applied above 256M of content",
  },
];

/**
 * The limits of a call whose command has `LIMIT_FLAGS`.
 * @throws GaitError `invalid_input` for a value that is not a whole number above zero
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
