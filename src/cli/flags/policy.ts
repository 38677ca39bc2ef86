/** The trust file of a verifying command, with its clock and the files that come with it (contract 11). */
import { GaitError } from "../../core/finding/error.ts";
import { isSha256Hex } from "../../core/signature/digest.ts";
import { compareTimestamps, timestampProblem, toUtc, utcTimestamp } from "../../core/time/timestamp.ts";
import type { Sidecar } from "../../core/trust/format/read-file.ts";
import { MAX_SIGNATURE_FILE_BYTES } from "../../core/trust/format/read-file.ts";
import type { TrustPolicy } from "../../core/trust/policy/policy.ts";
import { MAX_TRUST_BYTES, readPolicy } from "../../core/trust/policy/read-policy.ts";
import { readRevocations, withRevoked } from "../../core/trust/policy/revocation-list.ts";
import { readInput } from "../../host/files/input.ts";
import type { TrustCall } from "../../host/packs/artifact-file.ts";
import { readSidecar } from "../../host/packs/beside.ts";
import { hostPlatform } from "../../host/platform/bun.ts";
import type { Call } from "../command/command.ts";

/** @throws GaitError `invalid_trust`, `invalid_input` (a wrong `--at`), and what reading the files throws */
export async function policyOf(call: Call, path: string): Promise<TrustCall> {
  const { at, clock } = clockOf(call, call.option("--at"));
  const read = await loadPolicy(path);
  assertSha256(call.option("--trust-sha256"), read, path);
  if (read.until !== undefined && compareTimestamps(at, read.until) > 0) {
    throw new GaitError("invalid_trust", `the trust file ${path} has ended: it is to be used until ${read.until}`, {
      hint: "Get the current one from those who keep it.",
    });
  }
  const list = call.option("--revoked");
  const policy = list === undefined ? read : withRevoked(read, await loadRevocations(list));
  const bundles: Sidecar[] = [];
  for (const bundle of call.options("--bundle")) bundles.push(await loadBundle(bundle));
  return { policy, at, clock, bundles };
}

export async function loadPolicy(path: string): Promise<TrustPolicy> {
  const bytes = await readInput(path, { limit: MAX_TRUST_BYTES, limitHint: "Give a trust file." });
  return readPolicy(bytes, path, hostPlatform);
}

async function loadRevocations(path: string): Promise<readonly string[]> {
  return readRevocations(await readInput(path, { limit: MAX_TRUST_BYTES }), path, hostPlatform);
}

/** A file that is named has to be there. */
async function loadBundle(path: string): Promise<Sidecar> {
  const sidecar = await readSidecar(path, path, MAX_SIGNATURE_FILE_BYTES);
  if (sidecar.bytes !== undefined) return sidecar;
  throw new GaitError(
    sidecar.fault === "it does not exist" ? "not_found" : "not_readable",
    `${path}: ${sidecar.fault}`,
    {
      hint: "Give a file with signatures.",
    },
  );
}

function assertSha256(wanted: string | undefined, { sha256 }: TrustPolicy, path: string): void {
  if (wanted === undefined) return;
  if (!isSha256Hex(wanted))
    throw new GaitError("invalid_input", "--trust-sha256 is not 64 hex digits", {
      hint: "`gait trust show FILE` shows it.",
    });
  if (wanted.toLowerCase() === sha256) return;
  throw new GaitError(
    "invalid_trust",
    `the trust file ${path} is another than the one that --trust-sha256 names: it has ${sha256}`,
    {
      hint: "Do not use it before you know why it differs: get the right one from those who keep it.",
    },
  );
}

/** The time that is taken for now. @param given the value of `--at` */
export function clockOf(call: Pick<Call, "now">, given?: string): Pick<TrustCall, "at" | "clock"> {
  const now = call.now();
  const seconds = Math.floor(now / 1000);
  const system = utcTimestamp(seconds, (now - seconds * 1000) * 1_000_000);
  if (given === undefined) return { at: utcTimestamp(seconds, 0), clock: "system" };
  const problem = timestampProblem(given);
  if (problem !== undefined)
    throw new GaitError("invalid_input", `--at: ${problem}`, { hint: "Give a time like 2026-02-02T02:15:00Z." });
  if (compareTimestamps(given, system) > 0) {
    throw new GaitError("invalid_input", `--at ${given} is later than now, ${utcTimestamp(seconds, 0)}`, {
      hint: "It asks what was so at a time: what will be is not known.",
    });
  }
  return { at: toUtc(given), clock: "given" };
}
