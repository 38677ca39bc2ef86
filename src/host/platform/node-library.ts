/** The npm package in Node: `core/library.ts` on Node's platform. */
import { libraryOn } from "../../core/library.ts";
import { nodePlatform } from "./node.ts";

export {
  canonicalize,
  type ErrorCode,
  GaitError,
  type InspectReport,
  JsonError,
  type JsonErrorCode,
  type JsonObject,
  type JsonTextOptions,
  type JsonValue,
  type PackDiff,
  parseJson,
  type VerifyReport,
  type VerifyRequest,
  type ZipLimits,
} from "../../core/library.ts";

export const { verify, inspect, diff } = libraryOn(nodePlatform);
