/** A message or item that is being read. */
import type { JsonObject } from "../../../../schema/document/primitives.ts";
import type { ImportRun } from "../../record/run.ts";
import type { SourcePlace } from "../../source/place.ts";
import type { ImportTally } from "../../source/tally.ts";

export interface Taken {
  readonly run: ImportRun;
  readonly value: JsonObject;
  readonly time: string | undefined;
  readonly place: SourcePlace;
  readonly tally: ImportTally;
}
