/**
 * The path from a timestamp authority's certificate to a pinned root (RFC 5280 section 6, RFC 3161 section 2.3). Every certificate
 * is judged at the token's time, never at now. Nothing is fetched.
 */
import type { TimestampState } from "../../../schema/account/trust.ts";
import type { Platform } from "../../platform/platform.ts";
import { compareTimestamps } from "../../time/timestamp.ts";
import { isSignedBy, WeakError } from "./algorithm.ts";
import { type Certificate, hasUsage, KEY_USAGE, same, TIME_STAMPING } from "./certificate.ts";
import { DerError } from "./der.ts";

export interface PathFault {
  readonly state: Extract<TimestampState, "weak" | "untrusted" | "certificate_unfit" | "certificate_expired">;
  readonly note: string;
}

const MAX_LENGTH = 6;
const MAX_STEPS = 100;

/** Why the signer's own certificate may not stamp; `undefined`: it may. */
export function unfitness(signer: Certificate): string | undefined {
  if (signer.unknownCritical !== undefined)
    return `its certificate has a critical extension that is unknown here, ${signer.unknownCritical}`;
  if (signer.isCa) return "its certificate is one of a certificate authority";
  if (signer.purposes === undefined) return "its certificate has no extended key usage";
  if (signer.purposes.length !== 1 || signer.purposes[0] !== TIME_STAMPING)
    return "its certificate is not for timestamps alone";
  if (!signer.isPurposeCritical) return "its extended key usage is not critical (RFC 3161 section 2.3)";
  const allowed = (1 << KEY_USAGE.digitalSignature) | (1 << KEY_USAGE.nonRepudiation);
  const { keyUsage } = signer;
  if (keyUsage !== undefined && ((keyUsage & allowed) === 0 || (keyUsage & ~allowed) !== 0))
    return "its key usage is not for signatures alone";
  return undefined;
}

interface Search {
  readonly roots: readonly Certificate[];
  readonly others: readonly Certificate[];
  readonly time: string;
  readonly platform: Pick<Platform, "verifyEd25519">;
  steps: number;
  /** The nearest thing to a path that was found. */
  fault: PathFault | undefined;
}

/** The certificates from the signer's to a root; else the reason of the nearest to one. */
export async function pathToRoot(
  signer: Certificate,
  search: Omit<Search, "steps" | "fault">,
): Promise<readonly Certificate[] | PathFault> {
  const own = { ...search, steps: 0, fault: undefined };
  const path = await extended([signer], own);
  return path ?? own.fault ?? { state: "untrusted", note: "no root of the authority issued it" };
}

async function extended(path: readonly Certificate[], search: Search): Promise<readonly Certificate[] | undefined> {
  const last = path.at(-1) as Certificate;
  for (const [isRoot, candidates] of [
    [true, search.roots],
    [false, search.others],
  ] as const) {
    for (const issuer of candidates) {
      if (!same(issuer.subject, last.issuer) || path.some(({ der }) => same(der, issuer.der))) continue;
      search.steps += 1;
      if (search.steps > MAX_STEPS || path.length + 1 > MAX_LENGTH) return undefined;
      const fault = await issuerFault(issuer, path, isRoot, search);
      if (fault !== undefined) {
        search.fault ??= fault;
        continue;
      }
      // Another root of the same name may follow: one that was renewed.
      const longer = [...path, issuer];
      const whole = isRoot ? validPath(longer, search) : await extended(longer, search);
      if (whole !== undefined) return whole;
    }
  }
  return undefined;
}

/** Why `issuer` can't have issued the last certificate of the path. */
async function issuerFault(
  issuer: Certificate,
  path: readonly Certificate[],
  isRoot: boolean,
  { platform }: Search,
): Promise<PathFault | undefined> {
  const untrusted = (note: string): PathFault => ({ state: "untrusted", note });
  if (!issuer.isCa) return untrusted("an issuer in its path is no certificate authority");
  // A pinned root may be older than key usage.
  const isSigner = hasUsage(issuer, KEY_USAGE.keyCertSign) || (isRoot && issuer.keyUsage === undefined);
  if (!isSigner) return untrusted("an issuer in its path may not sign certificates");
  if (issuer.unknownCritical !== undefined)
    return untrusted(`an issuer in its path has a critical extension that is unknown here, ${issuer.unknownCritical}`);
  if (issuer.purposes !== undefined && !issuer.purposes.includes(TIME_STAMPING))
    return untrusted("an issuer in its path is not for timestamps");
  // Intermediates below it, without those that issued themselves.
  const below = path.slice(1).filter(({ issuer: by, subject }) => !same(by, subject)).length;
  if (issuer.pathLength !== undefined && issuer.pathLength < below)
    return untrusted("its path is longer than an issuer allows");
  const last = path.at(-1) as Certificate;
  try {
    const isSigned = await isSignedBy(issuer.spki, last.algorithm, last.signature, last.signed, platform);
    return isSigned ? undefined : untrusted("a signature in its path does not verify");
  } catch (error) {
    if (error instanceof WeakError)
      return { state: "weak", note: `a certificate in its path is signed with ${error.message}` };
    if (error instanceof DerError) return untrusted(`a certificate in its path is damaged: ${error.message}`);
    throw error;
  }
}

/** Each certificate at the token's time. */
function validPath(path: readonly Certificate[], search: Search): readonly Certificate[] | undefined {
  const { time } = search;
  for (const { from, until } of path) {
    if (compareTimestamps(time, from) >= 0 && compareTimestamps(time, until) <= 0) continue;
    search.fault = {
      state: "certificate_expired",
      note: `a certificate in its path is valid from ${from} until ${until}, and its time is ${time}`,
    };
    return undefined;
  }
  return path;
}
