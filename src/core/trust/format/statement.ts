/** in-toto statements (v1 and v0.1): what a DSSE signature says, and about which file (contract 11.4). */
import type { JsonObject } from "../../../schema/document/primitives.ts";
import { isObject, textMember } from "../../json/document.ts";
import { JsonError } from "../../json/error.ts";
import { canonicalize } from "../../json/jcs.ts";
import { parseJson } from "../../json/parse.ts";

const STATEMENT_V1 = "https://in-toto.io/Statement/v1";
const STATEMENTS: readonly string[] = [STATEMENT_V1, "https://in-toto.io/Statement/v0.1"];
/** The predicateType that counts where a need names none. */
export const COUNTERSIGNATURE = "https://gait.dev/attestation/countersignature/v1";

/** What the pack says of itself. */
export interface PackIdentity {
  readonly packId: string;
  readonly packType: string;
  readonly sourceRef: string;
}

export interface Statement {
  readonly predicateType: string;
  /** One of its subjects is the file. */
  readonly isAbout: boolean;
  readonly subjects: number;
  /** Of our predicate only, where it is text. */
  readonly role?: string;
  readonly comment?: string;
  /** What our predicate says otherwise than the pack. */
  readonly contradiction?: string;
}

export interface StatementFault {
  readonly state: "malformed" | "ignored";
  readonly note: string;
}

/** The statement in a payload, read against the file with this SHA-256. */
export function readStatement(payload: Uint8Array, sha256: string, pack: PackIdentity): Statement | StatementFault {
  const statement = parsed(payload);
  if (typeof statement === "string") return malformed(statement);
  const type = textMember(statement, "_type");
  if (type === undefined) return malformed("the statement has no _type");
  if (!STATEMENTS.includes(type)) return { state: "ignored", note: "a statement of a type that is unknown here" };
  const predicateType = textMember(statement, "predicateType");
  if (predicateType === undefined || predicateType === "") return malformed("the statement has no predicateType");
  const subjects = Object.hasOwn(statement, "subject") ? statement["subject"] : undefined;
  if (!Array.isArray(subjects)) return malformed("the statement has no subjects");
  // Lower-case hex, as DigestSet says; other algorithms alone name no file here.
  const isAbout = subjects.some((subject) => {
    const digest = isObject(subject) && Object.hasOwn(subject, "digest") ? subject["digest"] : undefined;
    return isObject(digest) && textMember(digest, "sha256") === sha256;
  });
  if (!isAbout || predicateType !== COUNTERSIGNATURE) return { predicateType, isAbout, subjects: subjects.length };
  const predicate = Object.hasOwn(statement, "predicate") ? statement["predicate"] : undefined;
  if (!isObject(predicate)) return malformed("the statement's predicate is no object");
  for (const name of ["role", "comment"]) {
    // A role that is no text must not pass for none, which would count for every role.
    if (Object.hasOwn(predicate, name) && textMember(predicate, name) === undefined)
      return malformed(`the statement's ${name} is no text`);
  }
  const [role, comment] = [textMember(predicate, "role"), textMember(predicate, "comment")];
  const contradiction = contradictionOf(predicate, pack);
  return {
    ...{ predicateType, isAbout, subjects: subjects.length },
    ...(role === undefined ? {} : { role }),
    ...(comment === undefined ? {} : { comment }),
    ...(contradiction === undefined ? {} : { contradiction }),
  };
}

function malformed(note: string): StatementFault {
  return { state: "malformed", note };
}

function parsed(payload: Uint8Array): JsonObject | string {
  try {
    const value = parseJson(payload);
    return isObject(value) ? value : "the statement is no JSON object";
  } catch (error) {
    if (error instanceof JsonError) return "the statement is no strict JSON";
    throw error;
  }
}

function contradictionOf(predicate: JsonObject, { packId, packType, sourceRef }: PackIdentity): string | undefined {
  const own = { pack_id: packId, pack_type: packType, source_ref: sourceRef };
  for (const [name, actual] of Object.entries(own)) {
    if (!Object.hasOwn(predicate, name)) continue;
    if (textMember(predicate, name) !== actual) return `its ${name} is not the pack's, ${actual}`;
  }
  return undefined;
}

export interface StatementSubject {
  readonly name: string;
  readonly sha256: string;
}

/** The statement that `gait pack sign` signs: canonical JSON, and no time in it. */
export function countersignatureStatement(
  subject: StatementSubject,
  pack: PackIdentity,
  said: { readonly role?: string | undefined; readonly comment?: string | undefined },
): Uint8Array {
  return statementBytes([subject], COUNTERSIGNATURE, {
    ...{ pack_id: pack.packId, pack_type: pack.packType, source_ref: pack.sourceRef },
    ...(said.role === undefined ? {} : { role: said.role }),
    ...(said.comment === undefined ? {} : { comment: said.comment }),
  });
}

export function statementBytes(
  subjects: readonly StatementSubject[],
  predicateType: string,
  predicate: JsonObject,
): Uint8Array {
  const subject = subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } }));
  return new TextEncoder().encode(canonicalize({ _type: STATEMENT_V1, subject, predicateType, predicate }));
}
