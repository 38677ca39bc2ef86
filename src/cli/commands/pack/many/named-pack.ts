/** What the positional arguments of a verification name: paths, or runs by their ids. */
import type { VerificationData } from "../../../../core/verify/verified.ts";

export interface NamedPack {
  /** As in the usage line. */
  readonly name: string;
  /** The path of the one pack. @throws GaitError if there is none */
  located(argument: string): string;
  /** @throws GaitError if the file at `path` does not hold what `argument` names */
  assertHolds(argument: string, path: string, verification: VerificationData): void;
}
