/** The pack of a runpack, for programs: what `gait pack build` writes, from bytes to bytes. */
import { MemoryScratch } from "../bytes/scratch.ts";
import { type ByteSource, bytesSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import { ATTACHMENTS, attachedMembers } from "../pack/attachment.ts";
import { buildRunPack } from "../pack/build-pack.ts";
import { measuredSource } from "../pack/measured-source.ts";
import { PROGRAM_VERSION } from "../platform/program-version.ts";
import type { Ed25519Signature } from "../signature/signature.ts";
import { judgeArtifact, verifyArtifact } from "../verify/verify.ts";
import type { RecorderSetting, SigningOptions } from "./options.ts";
import { signerOf } from "./signing.ts";

/** How a pack is built. */
export interface BuildPackOptions extends SigningOptions {
  /** Files that travel in the pack, in `attachments/`, as with `--attach`. */
  readonly attached?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** A pack, verified. */
export interface BuiltPack {
  /** The whole archive. */
  readonly bytes: Uint8Array;
  /** `pack_<pack_id>.zip`, as `gait pack build` names it. */
  readonly fileName: string;
  readonly packId: string;
  /** The id of the run. */
  readonly sourceRef: string;
  /** Absent where there was no key. */
  readonly signature?: Ed25519Signature;
  /** What is worth a second look in the runpack. */
  readonly warnings: readonly string[];
}

/** @throws GaitError as `Library.buildPack` */
export async function buildSignedPack(
  runpack: ByteSource,
  { attached = [], ...signing }: BuildPackOptions,
  setting: RecorderSetting,
): Promise<BuiltPack> {
  const { platform } = setting;
  const signer = await signerOf(signing, setting);
  const unkeyed = { platform, keys: [], requireSignature: false };
  // Verified and measured in one reading: what is copied into the pack is checked against it.
  const measured = measuredSource(runpack, platform);
  const verified = await verifyArtifact(measured.source, unkeyed);
  try {
    if (verified.verdict === "failed") {
      throw new GaitError("invalid_input", `the runpack failed verification: ${verified.reason}`, {
        hint: "Call `verify` for its findings.",
      });
    }
    if (verified.format !== "runpack") {
      throw new GaitError("invalid_input", "this is not a runpack; a pack of a run is built from one", {
        hint: "Give what `Recorder.finish` returned, or a file that gait run record wrote.",
      });
    }
    const files = attached.map(({ name, bytes }) => ({ name, source: bytesSource(bytes) }));
    const sink = new MemoryScratch();
    const options = {
      platform,
      producerVersion: PROGRAM_VERSION,
      signer,
      attached: attachedMembers(ATTACHMENTS, files),
    };
    const known = await measured.measurements();
    const { packId, sourceRef, signature } = await buildRunPack(runpack, verified.runpack, sink, options, known);
    const keys = signer === undefined ? [] : [signer.publicKey];
    const { verdict, reason } = await judgeArtifact(sink.source(), {
      platform,
      keys,
      requireSignature: signer !== undefined,
    });
    if (verdict === "failed") throw new GaitError("internal", `the pack that was built does not verify: ${reason}`);
    return {
      bytes: sink.bytes(),
      fileName: `pack_${packId}.zip`,
      packId,
      sourceRef,
      ...(signature === undefined ? {} : { signature }),
      warnings: verified.warnings,
    };
  } finally {
    verified.dispose();
  }
}
