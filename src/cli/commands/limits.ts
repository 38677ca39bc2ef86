/** The flags that bound what an archive may ask of the reader: the same for every command that reads one. */
import { GaitError } from "../../core/error.ts";
import { DEFAULT_LIMITS, type ZipLimits } from "../../core/zip/limits.ts";
import type { Call, Flag, OptionSpec } from "../command.ts";

const UNITS: readonly [letter: string, size: number][] = [
  ["G", 2 ** 30],
  ["M", 2 ** 20],
  ["K", 2 ** 10],
];

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
    default: inUnits(DEFAULT_LIMITS.maxBytes),
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
  const [, digits = "", letter = ""] = /^([0-9]{1,16})([KMG]?)$/i.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === letter.toUpperCase())?.[1] ?? 1;
  const value = digits === "" ? 0 : Number(digits) * unit;
  if (value >= 1 && Number.isSafeInteger(value)) return value;
  throw new GaitError("invalid_input", `${flag} can't be ${JSON.stringify(text)}`, {
    hint: "Give a whole number from 1 to 2^53, with K, M or G behind it for 2^10, 2^20 or 2^30: 500, 64M.",
  });
}

function inUnits(value: number): string {
  const [letter, size] = UNITS.find(([, each]) => value % each === 0) ?? ["", 1];
  return `${value / size}${letter}`;
}
