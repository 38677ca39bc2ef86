/**
 * The API of the npm package: record runs, and build, verify, describe and compare packs in a program. Browsers get this file;
 * Node and Bun get `host/platform/node-library.ts` and `host/platform/bun-library.ts`, which are the same on other platforms.
 */

import { BROWSER } from "./browser-making.ts";
import { type MakingLibrary, makingOn } from "./making-library.ts";
import type { Platform } from "./platform/platform.ts";
import { portablePlatform } from "./portable-platform.ts";
import type { LibraryHost } from "./recorder/options.ts";
import { type VerifyingLibrary, verifyingOn } from "./verifying-library.ts";

export type { InspectReport, VerifyReport } from "../schema/answer/pack.ts";
export type { PackDiff } from "../schema/document/diff.ts";
export type { JsonObject, JsonValue } from "../schema/document/primitives.ts";
export { buildPack, Recorder, recoverRun, report } from "./browser-making.ts";
export { type ErrorCode, GaitError } from "./finding/error.ts";
export { JsonError, type JsonErrorCode } from "./json/error.ts";
export { canonicalize } from "./json/jcs.ts";
export { parseJson } from "./json/parse.ts";
export type { JsonTextOptions } from "./json/text.ts";
export type { Runpack } from "./recorder/finish.ts";
export type { RecorderLog } from "./recorder/log.ts";
export type {
  AtTime,
  EventOptions,
  ExternalSigner,
  IntentOptions,
  RecorderOptions,
  ReferenceOptions,
  SigningOptions,
} from "./recorder/options.ts";
export type { RecordedCall } from "./recorder/recorded-call.ts";
export type { BuildPackOptions, BuiltPack } from "./recorder/signed-pack.ts";
export type { NamedArtifact } from "./report/page-text.ts";
export type { Ed25519Signature } from "./signature/signature.ts";
export type { TrustRequest, VerifyRequest } from "./verifying-library.ts";
export type { ZipLimits } from "./zip/limits.ts";

/** All that the package exports. */
export type Library = VerifyingLibrary & MakingLibrary;

export function libraryOn(platform: Platform, host: LibraryHost = BROWSER): Library {
  return { ...verifyingOn(platform), ...makingOn(platform, host) };
}

export const { verify, inspect, diff } = verifyingOn(portablePlatform);
