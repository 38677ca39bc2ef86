/** The questions to another thread about whole archives. */
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Settled } from "../threads/settled.ts";
import type { Trust } from "./artifact-file.ts";
import type { HeldPack } from "./remote.ts";

export interface PacksQuestion {
  /** Paths of files; or packs that were fetched. */
  readonly packs: readonly (string | HeldPack)[];
  readonly trust: Trust;
  /** What lies beside each, with a trust file: its folder is listed once, and not in every thread. */
  readonly beside?: readonly (readonly string[])[];
}

export interface PacksAnswer {
  /** In the order of the question. */
  readonly verdicts: readonly Settled<VerificationData>[];
  /** How long each took. */
  readonly milliseconds: readonly number[];
}
