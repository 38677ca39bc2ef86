/** The npm package in Bun: `core/library.ts` on the portable platform, whose inflate is strict there, and Bun's machine. */
import { libraryOn } from "../../core/library.ts";
import { portablePlatform } from "../../core/portable-platform.ts";
import type { Recorder as RunRecorder } from "../../core/recorder/recorder.ts";
import { programHost } from "./program-host.ts";

export {
  type AtTime,
  type BuildPackOptions,
  type BuiltPack,
  canonicalize,
  type Ed25519Signature,
  type ErrorCode,
  type EventOptions,
  type ExternalSigner,
  GaitError,
  type InspectReport,
  type IntentOptions,
  JsonError,
  type JsonErrorCode,
  type JsonObject,
  type JsonTextOptions,
  type JsonValue,
  type NamedArtifact,
  type PackDiff,
  parseJson,
  type RecordedCall,
  type RecorderLog,
  type RecorderOptions,
  type ReferenceOptions,
  type Runpack,
  type SigningOptions,
  type TrustRequest,
  type VerifyReport,
  type VerifyRequest,
  type ZipLimits,
} from "../../core/library.ts";

const { Recorder, ...functions } = libraryOn(portablePlatform, programHost(`bun/${Bun.version}`));
type Recorder = RunRecorder;

export { Recorder };
export const { verify, inspect, diff, report, buildPack, recoverRun } = functions;
