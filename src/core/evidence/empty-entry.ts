/** Entries that are there and hold nothing: a control that rests on them alone has no evidence. */
import type {
  PolicyDigests,
  ReferencedRunpacks,
  RegressSummary,
  TraceSummary,
} from "../../schema/document/evidence-pack-entry.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { numberedEntry, POLICY_DIGESTS, REFERENCED_RUNPACKS, REGRESS_SUMMARY, TRACE_SUMMARY } from "./entry-kind.ts";

/** Whether its list has nothing in it. `entry` fits the schema of its path. */
export function isEmptyEntry(path: string, entry: JsonValue): boolean {
  return listIn(path, entry)?.length === 0;
}

/** The list that the entry is there for; Go writes one without elements as null. `undefined`: it is no list. */
function listIn(path: string, entry: JsonValue): readonly unknown[] | undefined {
  switch (path) {
    case POLICY_DIGESTS:
      return (entry as PolicyDigests).policy_digests ?? [];
    case REFERENCED_RUNPACKS:
      return (entry as ReferencedRunpacks).receipts ?? [];
    case TRACE_SUMMARY:
      return (entry as TraceSummary).traces;
    case REGRESS_SUMMARY:
      return (entry as RegressSummary).results;
    default:
      if (numberedEntry(path)?.stem !== "inventory_snapshot") return undefined;
      return (entry as { readonly items?: readonly unknown[] | null }).items ?? [];
  }
}
