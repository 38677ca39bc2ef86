/** The id of an evidence pack (contract 3.3). */
import type { EvidenceContent } from "../../schema/document/evidence-pack.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { digestOf, type Hashing } from "../signature/digest.ts";

/** Covers what the pack holds of which run; case, template and times only as far as they stand in the files. */
export function evidencePackId(runId: string, contents: readonly EvidenceContent[], platform: Hashing): string {
  const named: JsonObject = { run_id: runId, contents: contents.map((content) => ({ ...content })) };
  return `pack_${digestOf(platform, named).slice(0, 16)}`;
}
