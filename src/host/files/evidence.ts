/** Evidence files in a folder, recognized by name (contract 3.1, 3.7). */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { EvidenceKind } from "../../core/evidence/input.ts";
import { compareUtf8 } from "../../core/text/utf8-order.ts";
import { withFileErrors } from "./errno.ts";

const NAMES: Readonly<Record<EvidenceKind, RegExp>> = {
  inventory: /^inventory_.*\.json$/s,
  trace: /^trace_.*\.json$/s,
  regress: /^regress.*\.json$/s,
  approvalAudit: /^approval_audit_.*\.json$/s,
  credential: /^credential_evidence_.*\.json$/s,
};

/** The files of these kinds, in byte order of their names; subfolders are not searched. */
export function findEvidence(
  directory: string,
  kinds: readonly EvidenceKind[],
): { readonly kind: EvidenceKind; readonly path: string }[] {
  if (kinds.length === 0) return [];
  const names = withFileErrors("read", directory, () => readdirSync(directory)).sort(compareUtf8);
  return names.flatMap((name) => {
    const kind = kinds.find((candidate) => NAMES[candidate].test(name));
    return kind === undefined ? [] : [{ kind, path: join(directory, name) }];
  });
}
