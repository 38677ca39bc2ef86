/** The documents that an evidence pack takes evidence from: read strictly, held against their schemas (contract 3.2). */
import type { TSchema } from "typebox";
import {
  type ApprovalAudit,
  ApprovalAuditSchema,
  type CredentialEvidence,
  CredentialEvidenceSchema,
  type InventorySnapshot,
  InventorySnapshotSchema,
  type RegressResult,
  RegressResultSchema,
  type Trace,
  TraceSchema,
} from "../../schema/document/evidence-input.ts";
import { validate } from "../../schema/validate/validate.ts";
import { GaitError } from "../finding/error.ts";
import { jsonInputError, jsonPath } from "../json/document.ts";
import { JsonError, type JsonValue, parseJson } from "../json/parse.ts";

interface DocumentOf {
  inventory: InventorySnapshot;
  trace: Trace;
  regress: RegressResult;
  approvalAudit: ApprovalAudit;
  credential: CredentialEvidence;
}

export type EvidenceKind = keyof DocumentOf;

/** A document, with the file that it came from. */
export interface Given<T> {
  /** Path, as messages show it; what stands behind its last slash decides on the order. */
  readonly name: string;
  readonly document: T;
}

/** Everything that goes into one pack, by kind, in any order. */
export type Evidence = { readonly [Kind in EvidenceKind]: readonly Given<DocumentOf[Kind]>[] };

export const NO_EVIDENCE: Evidence = { inventory: [], trace: [], regress: [], approvalAudit: [], credential: [] };

const KINDS: Readonly<
  Record<EvidenceKind, { readonly name: string; readonly schema: TSchema; readonly published: string }>
> = {
  inventory: { name: "inventory snapshot", schema: InventorySnapshotSchema, published: "inventory-snapshot" },
  trace: { name: "trace", schema: TraceSchema, published: "trace" },
  regress: { name: "regress result", schema: RegressResultSchema, published: "regress-result" },
  approvalAudit: { name: "approval audit", schema: ApprovalAuditSchema, published: "approval-audit" },
  credential: { name: "credential evidence", schema: CredentialEvidenceSchema, published: "credential-evidence" },
};

/**
 * The document that the bytes of a file are.
 * @throws GaitError `invalid_input` with the file and the JSON path of what does not fit
 */
export function readEvidence<Kind extends EvidenceKind>(
  kind: Kind,
  name: string,
  bytes: Uint8Array,
): Given<DocumentOf[Kind]> {
  const document = parse(bytes, name);
  const { name: noun, schema, published } = KINDS[kind];
  const issues = validate(schema, document);
  const [first] = issues;
  if (first === undefined) return { name, document: document as unknown as DocumentOf[Kind] };
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new GaitError("invalid_input", `${name}: ${jsonPath(first.path)} ${first.message}${more}`, {
    hint: `This is no ${noun} as schemas/v1/guard/${published}.schema.json says: correct it, or leave it out.`,
  });
}

function parse(bytes: Uint8Array, name: string): JsonValue {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, name);
    throw error;
  }
}
