/** Splits a list between machines without communication: each takes a part of the paths, by hash. */

import { GaitError } from "../finding/error.ts";
import { type Hashing, sha256OfText } from "../signature/digest.ts";

export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/**
 * Whether `path` belongs to this shard: the first twelve hex digits of the SHA-256 of its UTF-8 text, as a number,
 * modulo the count. 48 bits are exact in a double, and other languages can compute it in one line.
 */
export function isInShard(path: string, { index, count }: Shard, hashing: Hashing): boolean {
  return Number.parseInt(sha256OfText(hashing, path.toWellFormed()).slice(0, 12), 16) % count === index;
}

/** @throws GaitError `invalid_input` unless it is `I/N` with I from 0 to N - 1 */
export function shardOf(text: string): Shard {
  const [, index = "", count = ""] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (count !== "" && shard.index < shard.count) return shard;
  throw new GaitError("invalid_input", `--shard can't be ${JSON.stringify(text)}`, {
    hint: "Give I/N, with I from 0 to N - 1: --shard 0/4 to --shard 3/4 are the four quarters.",
  });
}
