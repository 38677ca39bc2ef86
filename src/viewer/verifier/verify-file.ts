/** Verifies one file with given settings. The answer is plain data, so that it can cross threads. */

import { accountOf } from "../../core/account/account.ts";
import { RunRecords } from "../../core/account/run-records.ts";
import type { NoteKey } from "../../core/collection/note.ts";
import { errorMembers, GaitError } from "../../core/finding/error.ts";
import type { Finding } from "../../core/finding/finding.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { portablePlatform } from "../../core/portable-platform.ts";
import { assertKnownAnswers } from "../../core/selftest/known-answers.ts";
import type { PublicKey, SignatureReport } from "../../core/signature/signature.ts";
import { compareUtf8 } from "../../core/text/utf8-order.ts";
import { compareTimestamps, utcTimestamp } from "../../core/time/timestamp.ts";
import type { TrustQuestion } from "../../core/trust/evaluate.ts";
import { MAX_SIGNATURE_FILE_BYTES, type Sidecar } from "../../core/trust/format/read-file.ts";
import { readPolicy } from "../../core/trust/policy/read-policy.ts";
import { verifyMembers } from "../../core/verify/answer.ts";
import { type IdentityRow, identityRows } from "../../core/verify/identity-rows.ts";
import { envelope, jsonLine } from "../../core/verify/json-answer.ts";
import { withUnchecked } from "../../core/verify/unchecked.ts";
import { sealOf, type Verified } from "../../core/verify/verified.ts";
import { verifyNamed } from "../../core/verify/verify.ts";
import type { ZipLimits } from "../../core/zip/limits.ts";
import type { Account } from "../../schema/account/account.ts";
import type { TrustReport } from "../../schema/account/trust.ts";
import type { Verdict } from "../../schema/document/verdict.ts";
import { blobScratch } from "./blob-scratch.ts";
import { fileSource } from "./file-source.ts";
import { type LogAnswer, logAnswer, PROOF_ENDING } from "./log-proof.ts";

/**
 * Signatures are checked by `core/signature/ed25519-portable.ts` in every browser: engines differ in edge cases, and
 * the browser may be untested. A check takes a millisecond.
 */
export const browserPlatform: Platform = { ...portablePlatform, scratch: blobScratch };

/** A trust file, as it was read. */
export interface TrustFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The settings, as in the flags of `gait pack verify`. */
export interface Settings {
  /** Instead of keys. */
  readonly trust?: TrustFile;
  readonly keys: readonly PublicKey[];
  readonly requireSignature: boolean;
  readonly limits: ZipLimits;
  /** Of a log, for proofs beside packs. */
  readonly logKey?: NoteKey;
}

/** The task: a report needs more than a verdict, and memory for every call. */
export type Task =
  | { readonly kind: "verdict" }
  /** `seal`: of the verdict that the report is to be of. */
  | { readonly kind: "report"; readonly seal: string };

export interface VerifiedFile {
  readonly kind: "judged";
  /** Of what was read. */
  readonly seal: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly identity: readonly IdentityRow[];
  readonly signature: SignatureReport;
  readonly trust?: TrustReport;
  /** Where a proof of a log lies beside it. */
  readonly log?: LogAnswer;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** As `gait pack verify --json` prints it. */
  readonly json: string;
  /** Only for the task `report`. */
  readonly account?: Account;
}

/** No verdict: the file is not an archive, or can't be read. */
export interface RefusedFile {
  readonly kind: "refused";
  readonly message: string;
  readonly hint: string;
  readonly json: string;
}

export type FileResult = VerifiedFile | RefusedFile;

const VERIFY = { schemaId: "gait.pack.output", operation: "verify" };

/** An artifact, and the files that lie beside it by their names. */
export interface ChosenArtifact {
  readonly file: File;
  readonly beside: readonly File[];
}

/** Never throws. `read` is called with the number of bytes read. */
export async function verifyFile(
  { file, beside }: ChosenArtifact,
  { trust, logKey, ...settings }: Settings,
  task: Task,
  read: (bytes: number) => void,
): Promise<FileResult> {
  try {
    await assertBrowserAnswers(browserPlatform);
    const source = fileSource(file, read);
    const records = new RunRecords({ withArguments: true });
    const seeing = task.kind === "report" ? { visitors: records.visitors } : {};
    const question =
      trust === undefined
        ? {}
        : {
            trust: await questionOf(
              trust,
              beside.filter(({ name }) => !name.endsWith(PROOF_ENDING)),
            ),
            keys: [],
            requireSignature: false,
          };
    const proof = beside.find(({ name }) => name === `${file.name}${PROOF_ENDING}`);
    const isHeld = proof !== undefined;
    const options = { ...settings, ...question, ...seeing, isHeld, platform: browserPlatform };
    const verified = await verifyNamed(file.name, source, options);
    try {
      const log =
        proof === undefined || verified.verdict === "failed"
          ? {}
          : { log: await logAnswer(verified, proof, logKey, browserPlatform) };
      const result = judged(
        file.name,
        trust === undefined
          ? withUnchecked(
              verified,
              beside.filter((each) => each !== proof).map(({ name }) => name),
            )
          : verified,
        log,
      );
      if (task.kind === "verdict") return result;
      if (task.seal !== result.seal) throw changedSince();
      return { ...result, account: await accountOf(verified, records) };
    } finally {
      verified.dispose();
    }
  } catch (thrown) {
    const members = errorMembers(thrown instanceof GaitError ? thrown : unexpected(thrown));
    const json = jsonLine(envelope(VERIFY, false, members));
    return { kind: "refused", message: members.error, hint: members.hint, json };
  }
}

function judged(name: string, verified: Verified, log: Pick<VerifiedFile, "log">): VerifiedFile {
  const { verdict, reason, signature, findings, warnings } = verified;
  const json = jsonLine(envelope(VERIFY, verdict !== "failed", verifyMembers(name, verified)));
  const seal = sealOf(verified, browserPlatform);
  const identity = identityRows(verified);
  const told = { seal, verdict, reason, identity, signature, findings, warnings, json };
  return { kind: "judged", ...told, ...log, ...(verified.trust === undefined ? {} : { trust: verified.trust }) };
}

/** Files beside one artifact that are read, as on the command line. */
const MOST_BESIDE = 200;

async function questionOf({ name, bytes }: TrustFile, beside: readonly File[]): Promise<TrustQuestion> {
  const policy = await readPolicy(bytes, name, browserPlatform);
  const at = utcTimestamp(Math.floor(Date.now() / 1000), 0);
  if (policy.until !== undefined && compareTimestamps(at, policy.until) > 0) {
    throw new GaitError("invalid_trust", `the trust file ${name} has ended: it is to be used until ${policy.until}`, {
      hint: "Get the current one from those who keep it.",
    });
  }
  const sidecars: Sidecar[] = [];
  const sorted = beside.toSorted((left, right) => compareUtf8(left.name, right.name));
  for (const each of sorted.slice(0, MOST_BESIDE)) sidecars.push(await sidecarOf(each));
  const next = sorted[MOST_BESIDE];
  if (next !== undefined)
    sidecars.push({ name: next.name, fault: `there are more than ${MOST_BESIDE} files beside the pack` });
  return { policy, at, clock: "system", sidecars };
}

async function sidecarOf(file: File): Promise<Sidecar> {
  const { name, size } = file;
  if (size > MAX_SIGNATURE_FILE_BYTES)
    return { name, fault: `it is larger than ${MAX_SIGNATURE_FILE_BYTES / 1024 / 1024} MiB` };
  return { name, bytes: (await fileSource(file).read(0, size)).slice() };
}

function changedSince(): GaitError {
  return new GaitError("input_changed", "the file changed after its verdict", { hint: "Choose the file again." });
}

function unexpected(thrown: unknown): GaitError {
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new GaitError("internal", `internal error: ${message}`, {
    cause: thrown,
    hint: "This is a defect of gait: please report it, with the name and version of this browser.",
  });
}

let checked: Promise<void> | undefined;

/** Once in each thread. @throws GaitError `unsupported` on a wrong answer */
export function assertBrowserAnswers(platform: Platform): Promise<void> {
  checked ??= assertKnownAnswers(platform, "browser");
  return checked;
}
