/** A verification without a trust file names what lies beside the artifact: it was not checked. */

import { compareUtf8 } from "../text/utf8-order.ts";
import { holdsSignatures, isSidecarName } from "../trust/sidecar-name.ts";
import type { VerificationData } from "./verified.ts";

/** @param names of the files in its folder that lie beside it */
export function withUnchecked<T extends VerificationData>(verification: T, names: readonly string[]): T {
  if (verification.verdict === "failed" || verification.trust !== undefined) return verification;
  const besideUnchecked = names.filter(holdsSignatures);
  if (besideUnchecked.length === 0) return verification;
  const count = besideUnchecked.length;
  const lie = count === 1 ? "1 signature file lies" : `${count} signature files lie`;
  const reason = `${verification.reason}; ${lie} beside it, NOT CHECKED: give --trust`;
  return { ...verification, reason, besideUnchecked };
}

/** The names of the files that lie beside an artifact, in byte order. */
export function besideNames(names: readonly string[], artifact: string): string[] {
  return names.filter((name) => isSidecarName(name, artifact)).sort(compareUtf8);
}
