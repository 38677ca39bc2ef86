/** The work of `gait pack build`. */

import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { GaitError } from "../../../core/finding/error.ts";
import { checkLogSignature } from "../../../core/job/log-signature.ts";
import { ATTACHMENTS, attachedMembers } from "../../../core/pack/attachment.ts";
import {
  type BuildOptions,
  type Built,
  buildJobPack,
  buildRunPack,
  type PackMember,
} from "../../../core/pack/build-pack.ts";
import { type MeasuredSource, measuredSource } from "../../../core/pack/measured-source.ts";
import type { VerificationData, Verified } from "../../../core/verify/verified.ts";
import { judgeArtifact, type VerifyOptions } from "../../../core/verify/verify.ts";
import { type OpenedSource, openSource } from "../../../host/files/input.ts";
import { type OutputPath, type Written, writeAtomically } from "../../../host/files/output.ts";
import { locateJob } from "../../../host/job/by-argument.ts";
import { jobEvents, loadJob } from "../../../host/job/folder.ts";
import { assertHoldsRun, locateRun } from "../../../host/job/locate.ts";
import { whileVerified, withArtifact } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { chainFindings, checkChain, isChainPath } from "../../../host/session/chain.ts";
import type { PackBuildOutput, PackFailure } from "../../../schema/answer/pack.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { publicKeySources } from "../../flags/keys.ts";
import { type Signing, signingOf } from "../../flags/signing.ts";
import { publicKeysOf } from "../../flags/trust.ts";
import { refusedLog } from "../../show/job-log.ts";
import { refusal } from "../../show/refusal.ts";
import { warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { rows } from "../../terminal/rows.ts";
import { assertVerifies, UNKEYED } from "../artifact.ts";

export async function buildPack(call: Call): Promise<Answer<PackBuildOutput | PackFailure>> {
  const signing = await signingOf(call);
  return withProgress(call, "pack build", () => packOf(call.option("--type"), call, signing));
}

function packOf(
  type: string | undefined,
  call: Call,
  signing: Signing,
): Promise<Answer<PackBuildOutput | PackFailure>> {
  if (type === "job") return packJob(call, signing);
  return type === "call" || type === "authorization" ? packDecision(type, call, signing) : packRun(call, signing);
}

/** Of a call record, or of an authorization bundle: a file. */
async function packDecision(
  type: "call" | "authorization",
  call: Call,
  signing: Signing,
): Promise<Answer<PackBuildOutput | PackFailure>> {
  if (publicKeySources(call).length > 0) {
    throw new GaitError("invalid_input", `a public key is for the log of a job, and this is a pack of a ${type}`, {
      hint: "Leave it out; gait pack verify checks who signed the pack.",
    });
  }
  const { writeAuthorizationPack, writeCallPack } = await import("./build-decision.ts");
  const path = sourceArgument(call);
  return withAttached(call, async (attached) => {
    const request = {
      path,
      target: targetOf(call, dirname(path)),
      force: call.has("--force"),
      inputs: call.inputs,
      options: { ...buildOptions(signing), attached, proofRecords: call.has("--proof-records") },
      trusted: trustedBy(signing),
    };
    if (type === "authorization")
      return builtAnswer(call, await writeAuthorizationPack(request), signing.publicKey, signing.warnings);
    const made = await writeCallPack(request);
    if ("failed" in made)
      return refusal(call, "the call's runpack does not verify", [{ path: made.path, verification: made.failed }]);
    return builtAnswer(call, made.written, signing.publicKey, [...signing.warnings, ...made.warnings]);
  });
}

async function packRun(call: Call, signing: Signing): Promise<Answer<PackBuildOutput | PackFailure>> {
  if (publicKeySources(call).length > 0) {
    throw new GaitError("invalid_input", "a public key is for the log of a job, and this is a pack of a run", {
      hint: "Leave it out; gait verify checks who signed the runpack.",
    });
  }
  const asked = sourceArgument(call);
  assertNoJob(asked, call.cwd);
  const path = isChainPath(asked)
    ? await latestRunpack(asked)
    : locateRun(asked, { cwd: call.cwd, home: call.env["HOME"] });
  if (typeof path !== "string")
    return refusal(call, "the chain does not verify", [{ path: asked, verification: path }]);
  const request = {
    asked: isChainPath(asked) ? path : asked,
    path,
    target: targetOf(call, dirname(path)),
    force: call.has("--force"),
    inputs: call.inputs,
    proofRecords: call.has("--proof-records"),
  };
  const made = await withAttached(call, (attached) => writeRunPack({ ...request, attached }, signing));
  if ("failed" in made) return refusal(call, "the source does not verify", [{ path, verification: made.failed }]);
  return builtAnswer(call, made.written, signing.publicKey, [...signing.warnings, ...made.warnings]);
}

/** The runpack of the last checkpoint of a session; what is wrong where any of its chain does not verify. */
async function latestRunpack(
  chain: string,
): Promise<string | Pick<VerificationData, "verdict" | "reason" | "findings">> {
  const checked = await checkChain(chain, UNKEYED);
  const findings = chainFindings(checked);
  if (findings.length > 0) return { verdict: "failed", reason: findings[0]?.message ?? "", findings };
  return checked.chain.checkpoints.at(-1)?.runpack_path ?? "";
}

/** A job's folder where a runpack belongs: the flag that was forgotten is named. */
function assertNoJob(asked: string, cwd: string): void {
  const folder = resolve(cwd, asked);
  if (!["events.jsonl", "state.json"].some((name) => existsSync(join(folder, name)))) return;
  throw new GaitError("invalid_input", `${asked} is the folder of a job, and this is a pack of a run`, {
    hint: `For the job: gait pack build --type job --from ${asked}`,
  });
}

export interface RunPackRequest {
  /** What named the runpack: its path, or the id of its run. */
  readonly asked?: string;
  /** Of the runpack. */
  readonly path: string;
  readonly target: OutputPath<Built>;
  readonly force: boolean;
  /** Files that are not to be replaced. */
  readonly inputs: readonly string[];
  readonly attached: readonly PackMember[];
  readonly proofRecords?: boolean;
}

/** @throws GaitError what reading and writing throw; `failed` is a runpack that does not verify */
export function writeRunPack(
  { path, asked = path, target, force, inputs, attached, proofRecords }: RunPackRequest,
  signing: Signing,
): Promise<{ written: Written<Built>; warnings: readonly string[] } | { failed: Verified }> {
  return withMeasured(path, async (verified, measured, { source, assertUnchanged }) => {
    if (verified.verdict === "failed") return { failed: verified };
    if (verified.format !== "runpack") {
      throw new GaitError("invalid_input", `${path} is not a runpack; a run pack is built from one`, {
        hint: "Give a runpack, as gait run record and gait run import write it.",
      });
    }
    assertHoldsRun(asked, path, verified);
    const { runpack } = verified;
    const known = await measured.measurements();
    // The finished pack is read in full. The runpack in it is the verified one if its SHA-256 is.
    const knownRunpack = known.isVerified ? { sha256: known.sha256, report: runpack } : undefined;
    const written = await writeAtomically(
      target,
      async (sink) => {
        hostPlatform.progress?.ahead(source.size);
        const options = { ...buildOptions(signing), attached, proofRecords };
        const built = await buildRunPack(source, runpack, sink, options, known);
        assertUnchanged();
        return built;
      },
      {
        force,
        inputs: [...inputs, path],
        verify: (output) => assertVerifies(output, { ...trustedBy(signing), knownRunpack }),
      },
    );
    return { written, warnings: verified.warnings };
  });
}

/** Opens the files of `--attach`, and makes sure that each was one and the same all the while. */
async function withAttached<T>(call: Call, use: (attached: readonly PackMember[]) => Promise<T>): Promise<T> {
  const opened: OpenedSource[] = [];
  try {
    for (const path of call.options("--attach")) opened.push(await openSource(path));
    const files = opened.map(({ path, source }) => ({ name: basename(path), source }));
    const made = await use(attachedMembers(ATTACHMENTS, files));
    for (const file of opened) file.assertUnchanged();
    return made;
  } finally {
    for (const file of opened) file.close();
  }
}

/** Opens the file, and verifies and measures it in one reading. */
function withMeasured<T>(
  path: string,
  use: (verified: Verified, measured: MeasuredSource, opened: OpenedSource) => Promise<T>,
): Promise<T> {
  return withArtifact(path, (opened) => {
    const measured = measuredSource(opened.source, hostPlatform);
    return whileVerified({ path, source: measured.source }, UNKEYED, (verified) => use(verified, measured, opened));
  });
}

/** A job's folder is evidence too: if its log and state disagree, its pack fails, and that is the verdict. */
async function packJob(call: Call, signing: Signing): Promise<Answer<PackBuildOutput | PackFailure>> {
  const folder = locateJob(sourceArgument(call), call.option("--root") ?? "");
  const keys = await publicKeysOf(call);
  const { state: told, disagreeing, last, logLength, warnings } = loadJob(folder, BUILD.version, { whole: true });
  if (told === undefined || last === undefined) {
    throw new GaitError("not_found", `${folder.path} has no events: there is no such job`);
  }
  // A state that contradicts the log goes in, so that the pack of it fails, and says where.
  const state = disagreeing ?? told;
  const { finding } = await checkLogSignature(last, keys, "events.jsonl", hostPlatform);
  if (finding !== undefined)
    return refusedLog(call, { name: folder.path, members: { path: folder.path } }, [finding], warnings);
  let failed: VerificationData | undefined;
  try {
    const written = await withAttached(call, (attached) =>
      writeAtomically(
        targetOf(call, "gait-out"),
        (sink) => {
          hostPlatform.progress?.ahead(logLength);
          const options = { ...buildOptions(signing), attached, proofRecords: call.has("--proof-records") };
          return buildJobPack(state, jobEvents(folder, logLength), sink, options);
        },
        {
          force: call.has("--force"),
          inputs: [...call.inputs, folder.eventsPath, folder.statePath],
          verify: async (output) => {
            const verification = await judgeArtifact(output, trustedBy(signing));
            if (verification.verdict !== "failed") return;
            failed = verification;
            throw new GaitError("internal", "the pack of this job does not verify");
          },
        },
      ),
    );
    return builtAnswer(call, written, signing.publicKey, [...signing.warnings, ...warnings]);
  } catch (error) {
    if (failed === undefined) throw error;
    return refusal(call, "the job's log and state do not agree", [{ path: folder.path, verification: failed }]);
  }
}

function targetOf(call: Call, directory: string): OutputPath<Built> {
  return call.option("--out") ?? { directory, name: ({ packId }) => `pack_${packId}.zip` };
}

function buildOptions({ signer }: Signing): BuildOptions {
  return { platform: hostPlatform, producerVersion: BUILD.version, signer };
}

/** The verdict that a pack needs before it gets its name: authentic if it was signed. */
function trustedBy({ signer }: Signing): VerifyOptions {
  return { ...UNKEYED, keys: signer === undefined ? [] : [signer.publicKey], requireSignature: signer !== undefined };
}

function sourceArgument(call: Call): string {
  const [positional] = call.positionals;
  const from = call.option("--from");
  if (from !== undefined && positional !== undefined) {
    throw new GaitError("invalid_input", `--from ${from} and ${positional} are both given`, {
      hint: "Give one source.",
    });
  }
  const source = from ?? positional;
  if (source !== undefined) return source;
  throw new GaitError("invalid_input", "the source is missing", { hint: "Give it with --from ID|FILE." });
}

function builtAnswer(
  call: Call,
  { path, value, outcome }: { path: string; value: Built; outcome: string },
  publicKey: string | undefined,
  warnings: readonly string[],
): Answer<PackBuildOutput> {
  const { packId, packType, sourceRef, signature } = value;
  const lines = rows(
    [
      ["pack id", packId],
      [packType, sourceRef],
      ["signed with", signature?.key_id ?? "no key: unsigned"],
      ["public key", publicKey],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      path,
      pack_id: packId,
      pack_type: packType,
      source_ref: sourceRef,
      build: {
        signature_status: signature === undefined ? "missing" : "signed",
        ...(signature === undefined ? {} : { signature_key_id: signature.key_id }),
        ...(publicKey === undefined ? {} : { public_key: publicKey }),
      },
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: `${outcome === "unchanged" ? "already there, unchanged" : "built"}  ${path}\n${lines}`,
    notes: warningLines(warnings, call.stderr),
  };
}
