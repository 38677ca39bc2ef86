/** Templates of controls, which entries of an evidence pack are evidence of each (contract 3.4), and the id of the pack (3.3). */
import type { Control, EvidenceContent, EvidencePointer, EvidenceType } from "../../schema/document/evidence-pack.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { GaitError } from "../finding/error.ts";
import { digestOf, type Hashing } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";

export const CONTROL_INDEX = "control_index.json";
export const EVIDENCE_POINTERS = "evidence_pointers.json";

export type TemplateId = "soc2" | "pci" | "incident_response";

interface ControlRule {
  readonly id: string;
  readonly title: string;
  /** An entry is evidence when its type is one of these, or its path contains one of `names`. */
  readonly types: readonly EvidenceType[];
  readonly names: readonly string[];
}

const TEMPLATES: Readonly<Record<TemplateId, readonly ControlRule[]>> = {
  soc2: [
    {
      id: "CC6.6",
      title: "Change Management Evidence",
      types: ["trace", "evidence"],
      names: ["approval_audit_", "credential_evidence_"],
    },
    {
      id: "CC7.2",
      title: "Operational Monitoring",
      types: ["report"],
      names: ["regress_summary.json", "trace_summary.json"],
    },
    {
      id: "CC8.1",
      title: "Incident Evidence Integrity",
      types: ["runpack", "evidence"],
      names: ["runpack_summary.json", "referenced_runpacks.json"],
    },
  ],
  pci: [
    { id: "PCI-10", title: "Audit Trail and Monitoring", types: ["trace", "report"], names: ["trace_summary.json"] },
    {
      id: "PCI-7",
      title: "Access and Approval Controls",
      types: ["evidence"],
      names: ["approval_audit_", "credential_evidence_"],
    },
    {
      id: "PCI-12",
      title: "Incident Handling Evidence",
      types: ["runpack", "report"],
      names: ["runpack_summary.json", "regress_summary.json"],
    },
  ],
  incident_response: [
    {
      id: "IR-CHAIN",
      title: "Reconstruction Chain",
      types: ["runpack", "trace", "evidence"],
      names: ["runpack_summary.json", "trace_summary.json", "approval_audit_", "credential_evidence_"],
    },
    {
      id: "IR-ROOTCAUSE",
      title: "Root Cause and Regression",
      types: ["report"],
      names: ["regress_summary.json", "policy_digests.json"],
    },
  ],
};

export const TEMPLATE_IDS = Object.keys(TEMPLATES) as readonly TemplateId[];

/** The template that a manifest names, if known here. */
export function knownTemplate(id: string): TemplateId | undefined {
  return TEMPLATE_IDS.find((known) => known === id);
}

/**
 * The template that a caller names, in any letter case.
 * @throws GaitError `invalid_input` for an unknown template; a fallback would mislabel the evidence
 */
export function templateOf(text: string): TemplateId {
  const template = knownTemplate(text.trim().toLowerCase());
  if (template !== undefined) return template;
  throw new GaitError("invalid_input", `there is no template ${JSON.stringify(text)}`, {
    hint: `The templates are: ${TEMPLATE_IDS.join(", ")}.`,
  });
}

/**
 * The controls of a template, in its order, with their evidence among `contents`. The two lists are not evidence
 * themselves.
 */
export function controlsOf(
  template: TemplateId,
  contents: readonly Pick<EvidenceContent, "path" | "type">[],
): Control[] {
  const evidence = contents.filter(isEvidence);
  return TEMPLATES[template].map(({ id, title, types, names }) => ({
    control_id: id,
    title,
    evidence_paths: evidence
      .filter(({ path, type }) => types.includes(type) || names.some((name) => path.includes(name)))
      .map(({ path }) => path)
      .sort(compareUtf8),
  }));
}

/** One for each entry that is evidence, in byte order of the paths. */
export function pointersOf(contents: readonly EvidenceContent[]): EvidencePointer[] {
  return contents
    .filter(isEvidence)
    .sort((left, right) => compareUtf8(left.path, right.path))
    .map(({ path, type, sha256 }, index) => ({
      pointer_id: `ev_${String(index + 1).padStart(3, "0")}`,
      path,
      type,
      sha256,
    }));
}

function isEvidence({ path }: { readonly path: string }): boolean {
  return path !== CONTROL_INDEX && path !== EVIDENCE_POINTERS;
}

/** Covers the run and the contents of the pack; case, template and times only as far as files contain them. */
export function evidencePackId(runId: string, contents: readonly EvidenceContent[], platform: Hashing): string {
  const named: JsonObject = { run_id: runId, contents: contents.map((content) => ({ ...content })) };
  return `pack_${digestOf(platform, named).slice(0, 16)}`;
}
