/** The npm package in Node: `core/library.ts` on Node's platform. */
import { libraryOn } from "../../core/library.ts";
import type { Recorder as RunRecorder } from "../../core/recorder/recorder.ts";
import { nodePlatform } from "./node.ts";
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

const { Recorder, ...functions } = libraryOn(nodePlatform, programHost(`node/${process.versions.node}`));
type Recorder = RunRecorder;

export { Recorder };
export const { verify, inspect, diff, report, buildPack, recoverRun } = functions;
