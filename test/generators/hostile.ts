/**
 * The table of hostile and merely unusual artifacts: a description of each and the verdict it must get.
 * `npm run vectors` writes it as test/vectors/hostile.json.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { VECTORS } from "./hostile/table.ts";
import type { Vector } from "./hostile/vector.ts";

export const HOSTILE_JSON = join(import.meta.dir, "../vectors/hostile.json");

/** Larger ones have no recorded digest: they are made by a codec whose output may change. */
export const RECORDED_BYTES = 16 * 1024;

/** The checked-in form: one line for each vector. */
export async function hostileTable(): Promise<string> {
  const rows: string[] = [];
  for (const each of VECTORS) rows.push(JSON.stringify(await rowOf(each)));
  return `[\n${rows.join(",\n")}\n]\n`;
}

async function rowOf(each: Vector): Promise<object> {
  const { name, layer, codes, exit, verdict, generated } = each;
  const sha256 = generated
    ? undefined
    : createHash("sha256")
        .update(await recorded(each))
        .digest("hex");
  return { name, layer, codes, exit, verdict, sha256 };
}

async function recorded(each: Vector): Promise<Uint8Array> {
  const bytes = await each.bytes();
  if (bytes.length > RECORDED_BYTES) throw new Error(`${each.name} has ${bytes.length} bytes: make it in the tests`);
  return bytes;
}
