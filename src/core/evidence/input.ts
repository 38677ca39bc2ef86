/** The input documents of an evidence pack: parsed strictly, validated against their schemas (contract 3.2). */
import type {
  ApprovalAudit,
  CredentialEvidence,
  InventorySnapshot,
  RegressResult,
  Trace,
} from "../../schema/document/evidence-input.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import {
  approvalAuditValidator,
  credentialEvidenceValidator,
  inventorySnapshotValidator,
  regressResultValidator,
  traceValidator,
} from "../../schema/validator/evidence-input.ts";
import { GaitError } from "../finding/error.ts";
import { jsonInputError, jsonPath, textIssues } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { type ParsedText, parseJsonText } from "../json/parse.ts";

interface DocumentOf {
  inventory: InventorySnapshot;
  trace: Trace;
  regress: RegressResult;
  approvalAudit: ApprovalAudit;
  credential: CredentialEvidence;
}

export type EvidenceKind = keyof DocumentOf;

/** A document with its file. */
export interface Given<T> {
  /** Path for messages; documents are ordered by the part after its last slash. */
  readonly name: string;
  readonly document: T;
}

/** The evidence of one pack, by kind, in any order. */
export type Evidence = { readonly [Kind in EvidenceKind]: readonly Given<DocumentOf[Kind]>[] };

export const NO_EVIDENCE: Evidence = { inventory: [], trace: [], regress: [], approvalAudit: [], credential: [] };

const KINDS: Readonly<
  Record<EvidenceKind, { readonly name: string; readonly validator: Validator; readonly published: string }>
> = {
  inventory: { name: "inventory snapshot", validator: inventorySnapshotValidator, published: "inventory-snapshot" },
  trace: { name: "trace", validator: traceValidator, published: "trace" },
  regress: { name: "regress result", validator: regressResultValidator, published: "regress-result" },
  approvalAudit: { name: "approval audit", validator: approvalAuditValidator, published: "approval-audit" },
  credential: { name: "credential evidence", validator: credentialEvidenceValidator, published: "credential-evidence" },
};

/**
 * Parses the bytes of a file.
 * @throws GaitError `invalid_input` with the file and the JSON path of the problem
 */
export function readEvidence<Kind extends EvidenceKind>(
  kind: Kind,
  name: string,
  bytes: Uint8Array,
): Given<DocumentOf[Kind]> {
  const text = parse(bytes, name);
  const { name: noun, validator, published } = KINDS[kind];
  const [first, ...others] = textIssues(text, bytes, validator);
  if (first === undefined) return { name, document: text.value as unknown as DocumentOf[Kind] };
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  throw new GaitError("invalid_input", `${name}: ${jsonPath(first.path)} ${first.message}${more}`, {
    hint: `It must be a valid ${noun}: correct it, or leave it out. \`gait schema show guard/${published}\` is its schema, with --example it prints one.`,
  });
}

function parse(bytes: Uint8Array, name: string): ParsedText {
  try {
    return parseJsonText(bytes);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, name);
    throw error;
  }
}
