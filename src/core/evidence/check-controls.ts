/** Checks that the controls, pointers and rendered artifacts of an evidence pack match its contents (contract 3.4). */
import type { EvidencePackManifest } from "../../schema/document/evidence-pack.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { PACK_MANIFEST } from "../contents/manifest.ts";
import { type Finding, type FindingCode, finding } from "../finding/finding.ts";
import { canonicalize } from "../json/jcs.ts";
import { sameDigest } from "../signature/digest.ts";
import { CONTROL_INDEX, controlsOf, EVIDENCE_POINTERS, knownTemplate, pointersOf } from "./control.ts";

/** Compares a file with its copy in the manifest. A file that could not be read already has a finding. */
export function copyFindings(
  { control_index: controls = [], evidence_pointers: pointers = [] }: EvidencePackManifest,
  controlFile: JsonValue | undefined,
  pointerFile: JsonValue | undefined,
): Finding[] {
  return [
    ...differences(
      "control_mismatch",
      CONTROL_INDEX,
      "$",
      controls,
      controlFile ?? controls,
      "differs from the manifest's copy",
    ),
    ...differences(
      "pointer_mismatch",
      EVIDENCE_POINTERS,
      "$",
      pointers,
      pointerFile ?? pointers,
      "differs from the manifest's copy",
    ),
  ];
}

export function controlFindings({
  template_id,
  control_index: controls = [],
  contents,
}: EvidencePackManifest): Finding[] {
  const template = knownTemplate(template_id);
  if (template !== undefined) {
    const message = "does not match the template and the contents";
    return differences(
      "control_mismatch",
      PACK_MANIFEST,
      "$.control_index",
      controlsOf(template, contents),
      controls,
      message,
    );
  }
  // For an unknown template, check at least that the evidence exists.
  const paths = new Set(contents.map(({ path }) => path));
  return controls.flatMap(({ evidence_paths }, index) =>
    evidence_paths
      .filter((path) => !paths.has(path))
      .map((path) => {
        const where = `${PACK_MANIFEST}#$.control_index[${index}].evidence_paths`;
        return finding("control_mismatch", {
          path: where,
          actual: path,
          message: "the evidence of the control is not in the pack",
        });
      }),
  );
}

export function pointerFindings({ evidence_pointers: pointers = [], contents }: EvidencePackManifest): Finding[] {
  const message = "does not match the contents";
  return differences("pointer_mismatch", PACK_MANIFEST, "$.evidence_pointers", pointersOf(contents), pointers, message);
}

/** A page is checked by its digest only. It is not rendered again: other versions render it differently. */
export function renderedFindings({ rendered_artifacts: rendered = [], contents }: EvidencePackManifest): Finding[] {
  const findings: Finding[] = [];
  for (const [index, { path, sha256 }] of rendered.entries()) {
    const declared = contents.find((content) => content.path === path);
    if (declared !== undefined && sameDigest(declared.sha256, sha256)) continue;
    const message =
      declared === undefined ? "the artifact is not in the pack" : "differs from the digest that the contents declare";
    const where = `${PACK_MANIFEST}#$.rendered_artifacts[${index}]`;
    findings.push(
      finding("rendered_artifact_mismatch", { path: where, expected: declared?.sha256, actual: sha256, message }),
    );
  }
  for (const { path } of contents) {
    if (!path.toLowerCase().endsWith(".pdf") || rendered.some((artifact) => artifact.path === path)) continue;
    findings.push(
      finding("rendered_artifact_mismatch", { path, message: "the manifest does not list it as rendered" }),
    );
  }
  return findings;
}

/** The first item in which two lists differ; later differences follow from it. */
function differences(
  code: FindingCode,
  file: string,
  place: string,
  expected: readonly object[],
  actual: JsonValue | readonly object[],
  message: string,
): Finding[] {
  const wanted = expected.map(textOf);
  const found = (Array.isArray(actual) ? actual : []).map(textOf);
  for (let index = 0; index < Math.max(wanted.length, found.length); index += 1) {
    if (wanted[index] === found[index]) continue;
    const path = `${file}#${place}[${index}]`;
    return [finding(code, { path, expected: wanted[index], actual: found[index], message })];
  }
  return [];
}

function textOf(item: unknown): string {
  return canonicalize(item as JsonValue);
}
