/** An authorization bundle (contract 7.2): one decision, and the evidence that it links. */
import {
  type AuthorizationBundle,
  type AuthorizationInput,
  LINKED_EVIDENCE,
  type LinkedEvidence,
} from "../../schema/document/decision.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { authorizationInputValidator } from "../../schema/validator/decision.ts";
import { GaitError } from "../finding/error.ts";
import { assertNoFoldedNames, fitted, jsonInputError } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { parseJsonText } from "../json/parse.ts";
import { digestOf, type Hashing, isSha256Hex, sha256Hex } from "../signature/digest.ts";
import { inputTime, PACK_EPOCH, toUtcWherePossible } from "../time/timestamp.ts";

export const AUTHORIZATION_BUNDLE = "authorization_bundle.json";
/** Folder of the linked evidence. */
export const LINKED_FOLDER = "evidence/";

export interface Linked {
  readonly kind: LinkedEvidence;
  /** Below `evidence/`. */
  readonly path: string;
  /** As the bundle gives it, in lower case. */
  readonly digest: string | undefined;
}

/** What a bundle links, in the order of its kinds. */
export function linkedBy(bundle: Partial<AuthorizationBundle>): Linked[] {
  return LINKED_EVIDENCE.flatMap((kind) => {
    const path = bundle[`${kind}_path`];
    return path === undefined ? [] : [{ kind, path, digest: bundle[`${kind}_digest`]?.toLowerCase() }];
  });
}

/**
 * The digest of linked evidence: of the canonical JSON of what is named `.json`, of the bytes of anything else.
 * @throws JsonError
 */
export function linkedDigest(path: string, bytes: Uint8Array, hashing: Hashing): string {
  return /\.json$/i.test(path) ? digestOf(hashing, jsonOf(bytes)) : sha256Hex(hashing, bytes);
}

function jsonOf(bytes: Uint8Array): JsonValue {
  return parseJsonText(bytes).value;
}

/**
 * Reads the file that a bundle is made of; digests that it lacks are not there yet.
 *
 * @param producerVersion for a bundle that names none
 * @throws GaitError `invalid_input` with what is missing or wrong
 */
export function readBundle(name: string, bytes: Uint8Array, producerVersion: string): AuthorizationBundle {
  const given = parsed(name, bytes);
  const text = (member: keyof AuthorizationInput): string | undefined => {
    const value = given[member];
    const trimmed = typeof value === "string" ? value.trim() : "";
    return trimmed === "" ? undefined : trimmed;
  };
  const refused = (member: string, wanted: string): GaitError =>
    new GaitError("invalid_input", `${name}: $.${member} must be ${wanted}`, { hint: HINT });
  const digest = (member: keyof AuthorizationInput): string | undefined => {
    const value = text(member)?.toLowerCase();
    if (value !== undefined && !isSha256Hex(value)) throw refused(member, "64 hex digits");
    return value;
  };
  const needed = <T>(member: string, value: T | undefined): T => {
    if (value === undefined) throw refused(member, "there");
    return value;
  };
  const status = text("outcome_status")?.toLowerCase();
  if (status !== undefined && !isStatus(status))
    throw refused("outcome_status", "allow, block, dry_run or require_approval");
  const linked: Record<string, string> = {};
  for (const kind of LINKED_EVIDENCE) {
    const path = text(`${kind}_path`);
    const stated = digest(`${kind}_digest`);
    if (path === undefined && stated !== undefined) throw refused(`${kind}_path`, `there, since ${kind}_digest is`);
    if (path !== undefined) linked[`${kind}_path`] = localPath(name, `${kind}_path`, path);
    if (stated !== undefined) linked[`${kind}_digest`] = stated;
  }
  if (linked["trace_path"] === undefined)
    throw refused("trace_path", "there: without the decision's trace nothing was authorized");
  if (status !== undefined && linked["outcome_path"] === undefined)
    throw refused("outcome_path", "there, since outcome_status is");
  const created = inputTime(given.created_at, `${name}: $.created_at`);
  return {
    schema_id: "gait.gate.authorization_bundle",
    schema_version: "1.0.0",
    created_at: created === undefined ? PACK_EPOCH : toUtcWherePossible(created),
    producer_version: text("producer_version") ?? producerVersion,
    trace_id: needed("trace_id", text("trace_id")),
    policy_digest: needed("policy_digest", digest("policy_digest")),
    intent_digest: needed("intent_digest", digest("intent_digest")),
    ...linked,
    ...(status === undefined ? {} : { outcome_status: status }),
    ...(given.freeze_window ? { freeze_window: given.freeze_window } : {}),
    ...(given.kill_switch ? { kill_switch: given.kill_switch } : {}),
    ...(given.sandbox ? { sandbox: given.sandbox } : {}),
  };
}

/** `a/b` of `./a\b`. @throws GaitError `invalid_input` for a path that is absolute or leads out */
function localPath(name: string, member: string, given: string): string {
  const parts: string[] = [];
  const path = given.replaceAll("\\", "/");
  const climbs = path.split("/").some((part) => {
    if (part === "..") return parts.pop() === undefined;
    if (part !== "" && part !== ".") parts.push(part);
    return false;
  });
  if (!climbs && !path.startsWith("/") && !/^[A-Za-z]:/.test(path) && parts.length > 0) return parts.join("/");
  throw new GaitError(
    "invalid_input",
    `${name}: $.${member} is ${JSON.stringify(given)}, which is not below the bundle's folder`,
    {
      hint: "Copy the file beside the bundle, and give its path from there.",
    },
  );
}

function parsed(name: string, bytes: Uint8Array): AuthorizationInput {
  try {
    const { value } = parseJsonText(bytes);
    const bundle = fitted(authorizationInputValidator, value, "$");
    assertNoFoldedNames(authorizationInputValidator.schema, value, "$");
    return bundle;
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, name);
    if (error instanceof GaitError) throw new GaitError("invalid_input", `${name}: ${error.message}`, { hint: HINT });
    throw error;
  }
}

const HINT = "`gait schema show pack/authorization-input` describes a bundle.";

function isStatus(text: string): text is NonNullable<AuthorizationBundle["outcome_status"]> {
  return ["allow", "block", "dry_run", "require_approval"].includes(text);
}
