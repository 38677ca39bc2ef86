/** What an import counts: records by what became of them, and warnings with their first places. */
import { placeText, type SourcePlace } from "./place.ts";

/** What became of a record. Each is exactly one of these. */
export type RecordFate = "mapped" | "context" | "duplicate" | "unknown" | "malformed";

/** Stable, as the report gives them. */
export type ImportWarning =
  | "args_absent"
  | "args_changed"
  | "args_not_json"
  | "duplicate_differs"
  | "id_made"
  | "id_reused"
  | "lone_surrogate_replaced"
  | "malformed_line"
  | "number_kept_as_text"
  | "orphan_result"
  | "payload_too_large"
  | "result_absent"
  | "rewound"
  | "time_absent"
  | "time_unreadable"
  | "torn_last_line"
  | "truncated_at_source"
  | "unresolved"
  | "zone_assumed_utc";

export interface WarningPlaces {
  readonly count: number;
  /** The first of them. */
  readonly places: readonly string[];
}

const MOST_PLACES = 20;
/** A source may name any number of kinds. */
const MOST_KINDS = 200;
const OTHER_KINDS = "(others)";
const SHOWN_KIND = 64;

export class ImportTally {
  readonly fates: Record<RecordFate, number> = { mapped: 0, context: 0, duplicate: 0, unknown: 0, malformed: 0 };
  /** Hits of the redaction, by kind. */
  readonly redacted = new Map<string, number>();
  readonly #warnings = new Map<ImportWarning, { count: number; places: string[] }>();
  readonly #unknown = new Map<string, number>();

  /** Counts one record. */
  count(fate: RecordFate): void {
    this.fates[fate] += 1;
  }

  /** A record that was counted is something else, now that more was read. */
  recount(before: RecordFate, fate: RecordFate): void {
    this.fates[before] -= 1;
    this.fates[fate] += 1;
  }

  warn(code: ImportWarning, place: SourcePlace, times = 1): void {
    let known = this.#warnings.get(code);
    if (known === undefined) {
      known = { count: 0, places: [] };
      this.#warnings.set(code, known);
    }
    known.count += times;
    if (known.places.length < MOST_PLACES) known.places.push(placeText(place));
  }

  /** JSON of a kind that is not known: the fate of its record. */
  unknown(kind: string): "unknown" {
    const named = kind.length > SHOWN_KIND ? `${kind.slice(0, SHOWN_KIND)}…` : kind;
    const key = this.#unknown.has(named) || this.#unknown.size < MOST_KINDS ? named : OTHER_KINDS;
    this.#unknown.set(key, (this.#unknown.get(key) ?? 0) + 1);
    return "unknown";
  }

  /** A value that is not what must be there: the fate of its record. */
  malformed(place: SourcePlace): "malformed" {
    this.warn("malformed_line", place);
    return "malformed";
  }

  /** In the order of the codes. */
  warnings(): [ImportWarning, WarningPlaces][] {
    return [...this.#warnings].toSorted(([left], [right]) => (left < right ? -1 : 1));
  }

  unknownKinds(): [string, number][] {
    return [...this.#unknown].toSorted(([left], [right]) => (left < right ? -1 : 1));
  }
}
