/** The work of `gait pack build --type call` and `--type authorization`. */
import { dirname, join, resolve } from "node:path";
import { linkedBy, readBundle } from "../../../core/authorization/bundle.ts";
import { readCallRecord } from "../../../core/call/record.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { buildAuthorizationPack, buildCallPack } from "../../../core/pack/build-decision.ts";
import type { BuildOptions, Built } from "../../../core/pack/build-pack.ts";
import { measuredSource } from "../../../core/pack/measured-source.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import type { VerifyOptions } from "../../../core/verify/verify.ts";
import { readInput } from "../../../host/files/input.ts";
import { type OutputPath, type Written, writeAtomically } from "../../../host/files/output.ts";
import { whileVerified, withArtifact } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { BUILD } from "../../command/build-info.ts";
import { assertVerifies, UNKEYED } from "../artifact.ts";

/** Largest record or bundle, in bytes. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

export interface DecisionRequest {
  /** Of the call record or the bundle. */
  readonly path: string;
  readonly target: OutputPath<Built>;
  readonly force: boolean;
  /** Files that are not to be replaced. */
  readonly inputs: readonly string[];
  readonly options: BuildOptions;
  /** The verdict that the pack needs before it gets its name. */
  readonly trusted: VerifyOptions;
}

/** @throws GaitError what reading and writing throw; `failed` is a runpack that does not verify */
export async function writeCallPack({
  path,
  target,
  force,
  inputs,
  options,
  trusted,
}: DecisionRequest): Promise<
  { written: Written<Built>; warnings: readonly string[] } | { failed: Verified; path: string }
> {
  const call = readCallRecord(path, await readInput(path, { limit: MAX_RECORD_BYTES }));
  const runpackPath = resolve(dirname(path), call.runpackPath);
  return withArtifact(runpackPath, (opened) => {
    const measured = measuredSource(opened.source, hostPlatform);
    return whileVerified({ path: runpackPath, source: measured.source }, UNKEYED, async (verified) => {
      if (verified.verdict === "failed") return { failed: verified, path: runpackPath };
      if (verified.format !== "runpack")
        throw new GaitError("invalid_input", `${runpackPath} is not a runpack`, {
          hint: "Give the runpack of the call's run.",
        });
      const known = await measured.measurements();
      const written = await writeAtomically(
        target,
        async (sink) => {
          const built = await buildCallPack(call, verified.runpack.runId, opened.source, sink, options, known);
          opened.assertUnchanged();
          return built;
        },
        { force, inputs: [...inputs, path, runpackPath], verify: (output) => assertVerifies(output, trusted) },
      );
      return { written, warnings: verified.warnings };
    });
  });
}

/** @throws GaitError what reading and writing throw */
export async function writeAuthorizationPack({
  path,
  target,
  force,
  inputs,
  options,
  trusted,
}: DecisionRequest): Promise<Written<Built>> {
  const bundle = readBundle(path, await readInput(path, { limit: MAX_RECORD_BYTES }), BUILD.version);
  const files = new Map<string, Uint8Array>();
  for (const linked of linkedBy(bundle)) {
    if (files.has(linked.path)) continue;
    files.set(linked.path, await readInput(join(dirname(path), linked.path), { limit: MAX_RECORD_BYTES }));
  }
  const read = [...files.keys()].map((name) => join(dirname(path), name));
  return writeAtomically(target, (sink) => buildAuthorizationPack(bundle, files, sink, options), {
    force,
    inputs: [...inputs, path, ...read],
    verify: (output) => assertVerifies(output, trusted),
  });
}
