/** A record as a test writes it, and what the runpack of it holds. */
import type { JsonValue } from "../../../src/schema/document/primitives.ts";
import { documentOf, membersOf, runpackOf } from "../artifacts.ts";

export const DIGEST = "0".repeat(64);
export const RUN = { run_id: "r", created_at: "2026-01-02T03:04:05Z" };

export async function record(input: JsonValue, options = {}) {
  const { bytes, recorded } = await runpackOf(input, options);
  const members = await membersOf(bytes);
  const records = (path: string) =>
    new TextDecoder()
      .decode(members.get(path))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { recorded, members, records, run: documentOf(members, "run.json"), refs: documentOf(members, "refs.json") };
}
