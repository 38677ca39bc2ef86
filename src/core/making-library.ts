/** The part of the library that records runs, and builds packs and reports. It is a module of its own: a page that verifies is spared it. */
import type { Platform } from "./platform/platform.ts";
import type { RecorderLog } from "./recorder/log.ts";
import type { LibraryHost, RecorderOptions } from "./recorder/options.ts";
import { Recorder } from "./recorder/recorder.ts";
import type { BuildPackOptions, BuiltPack } from "./recorder/signed-pack.ts";
import type { NamedArtifact } from "./report/page-text.ts";
import { checkRuntime, sourceOf, type VerifyRequest, whileVerified } from "./verifying-library.ts";

/** The functions that make something, and the recorder. */
export interface MakingLibrary {
  /**
   * The report on artifacts as one HTML page: the bytes of `gait pack report --format html`. Of two that verify it shows what
   * differs, and one whose verdict is `failed` has its findings.
   * @throws GaitError as `verify` does, and `invalid_input` without an artifact
   */
  report(artifacts: readonly NamedArtifact[], request?: VerifyRequest): Promise<string>;
  /**
   * The pack of a runpack, verified, and signed if there is a key: the bytes of `gait pack build` of the same version.
   * @throws GaitError `invalid_input` if `runpack` is none or fails verification, or two keys are given; `not_an_archive`,
   * `invalid_key`; `unsupported` if this runtime fails the self-test
   */
  buildPack(runpack: Blob | Uint8Array, options?: BuildPackOptions): Promise<BuiltPack>;
  /**
   * The run of a program that ended before it was finished, from its log. It goes on where that ended: `open` has its calls without
   * an answer, and `finish` gives its runpack. A line that was cut off is left out, with a warning.
   * @throws GaitError `invalid_input` for a log of something else; what the log throws while it is read
   */
  recoverRun(log: RecorderLog, options?: Pick<RecorderOptions, "now" | "onWarning">): Promise<Recorder>;
  /** Records a run of an agent while it goes on. */
  readonly Recorder: new (
    options: RecorderOptions,
  ) => Recorder;
}

export function makingOn(platform: Platform, host: LibraryHost): MakingLibrary {
  const setting = { platform, host, check: () => checkRuntime(platform) };
  return {
    async report(artifacts, request = {}) {
      const { reportText } = await import("./report/page-text.ts");
      const files = artifacts.map(({ name, artifact }) => ({ name, source: sourceOf(artifact) }));
      return reportText(files, platform, (source, visitors, use) =>
        whileVerified(platform, source, request, use, visitors),
      );
    },
    async buildPack(runpack, options = {}) {
      await checkRuntime(platform);
      const { buildSignedPack } = await import("./recorder/signed-pack.ts");
      return buildSignedPack(sourceOf(runpack), options, setting);
    },
    async recoverRun(log, options = {}) {
      const { recoverRun } = await import("./recorder/recover.ts");
      return new Recorder({ ...options, runId: "" }, setting, await recoverRun(log));
    },
    Recorder: class extends Recorder {
      constructor(options: RecorderOptions) {
        super(options, setting);
      }
    },
  };
}
