/**
 * The evidence that a pack copies document by document: inventories, approvals and credentials, rewritten with the
 * members that the format knows (contract 3.2).
 */
import {
  type ApprovalAudit,
  ApprovalAuditSchema,
  ApprovalTokenSchema,
  type CredentialEvidence,
  CredentialEvidenceSchema,
  InventoryItemSchema,
  type InventorySnapshot,
  InventorySnapshotSchema,
} from "../../schema/document/evidence-input.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Warnings } from "../finding/warning.ts";
import { warnOfUnknown } from "../run/record-line.ts";
import { normalizeTimestamp, ZERO_TIME } from "../time/timestamp.ts";
import type { Given } from "./input.ts";

export function inventoryRecord(snapshot: InventorySnapshot): JsonObject {
  return {
    ...stampOf(snapshot),
    snapshot_id: snapshot.snapshot_id,
    ...filled("workspace", snapshot.workspace),
    items:
      snapshot.items?.map(({ id, kind, name, locator, risk_level, tags, last_seen_run }) => ({
        id,
        kind,
        name,
        locator,
        ...filled("risk_level", risk_level),
        ...filled("tags", tags),
        ...filled("last_seen_run", last_seen_run),
      })) ?? null,
  };
}

export function approvalRecord(audit: ApprovalAudit): JsonObject {
  return {
    ...stampOf(audit),
    trace_id: audit.trace_id,
    tool_name: audit.tool_name,
    intent_digest: audit.intent_digest,
    policy_digest: audit.policy_digest,
    required_approvals: audit.required_approvals,
    valid_approvals: audit.valid_approvals,
    approved: audit.approved,
    ...filled("approvers", audit.approvers),
    entries:
      audit.entries?.map(({ token_id, approver_identity, reason_code, scope, expires_at, valid, error_code }) => ({
        ...filled("token_id", token_id),
        ...filled("approver_identity", approver_identity),
        ...filled("reason_code", reason_code),
        ...filled("scope", scope),
        expires_at: timeOf(expires_at),
        valid,
        ...filled("error_code", error_code),
      })) ?? null,
  };
}

export function credentialRecord(credential: CredentialEvidence): JsonObject {
  return {
    ...stampOf(credential),
    trace_id: credential.trace_id,
    tool_name: credential.tool_name,
    identity: credential.identity,
    broker: credential.broker,
    ...filled("reference", credential.reference),
    ...filled("scope", credential.scope),
    credential_ref: credential.credential_ref,
    issued_at: timeOf(credential.issued_at),
    expires_at: timeOf(credential.expires_at),
    ...filled("ttl_seconds", credential.ttl_seconds),
  };
}

function stampOf(document: ApprovalAudit | CredentialEvidence | InventorySnapshot): JsonObject {
  const { schema_id, schema_version, created_at, producer_version } = document;
  return { schema_id, schema_version, created_at: normalizeTimestamp(created_at), producer_version };
}

function timeOf(text: string | undefined): string {
  return text === undefined ? ZERO_TIME : normalizeTimestamp(text);
}

/** The member, left out if empty. */
function filled(name: string, value: string | number | string[] | undefined): JsonObject {
  return value === undefined || value === 0 || value === "" || (Array.isArray(value) && value.length === 0)
    ? {}
    : { [name]: value };
}

/** Warns about members that the format does not know: they are left out of the pack. */
export function warnOfUnknownInventory({ name, document }: Given<InventorySnapshot>, warnings: Warnings): void {
  warnOfUnknown(document, INVENTORY_MEMBERS, `${name}: $`, warnings);
  for (const [index, item] of (document.items ?? []).entries()) {
    warnOfUnknown(item, ITEM_MEMBERS, `${name}: $.items[${index}]`, warnings);
  }
}

export function warnOfUnknownApproval({ name, document }: Given<ApprovalAudit>, warnings: Warnings): void {
  warnOfUnknown(document, APPROVAL_MEMBERS, `${name}: $`, warnings);
  for (const [index, token] of (document.entries ?? []).entries()) {
    warnOfUnknown(token, TOKEN_MEMBERS, `${name}: $.entries[${index}]`, warnings);
  }
}

export function warnOfUnknownCredential({ name, document }: Given<CredentialEvidence>, warnings: Warnings): void {
  warnOfUnknown(document, CREDENTIAL_MEMBERS, `${name}: $`, warnings);
}

const INVENTORY_MEMBERS = membersOf(InventorySnapshotSchema);
const ITEM_MEMBERS = membersOf(InventoryItemSchema);
const APPROVAL_MEMBERS = membersOf(ApprovalAuditSchema);
const TOKEN_MEMBERS = membersOf(ApprovalTokenSchema);
const CREDENTIAL_MEMBERS = membersOf(CredentialEvidenceSchema);

function membersOf(schema: { readonly properties: object }): ReadonlySet<string> {
  return new Set(Object.keys(schema.properties));
}
