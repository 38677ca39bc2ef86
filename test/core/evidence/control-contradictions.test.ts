/** Evidence packs that are consistent but contradict their contents: controls, pointers, pages, windows. */
import { incidentWindow } from "../../../src/core/evidence/incident-window.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { documentOf, membersOf } from "../artifacts.ts";
import {
  type Contradiction,
  describeContradictions,
  entryWith,
  FULL,
  HOUR,
  INCIDENT,
  manifestWith,
  WINDOW,
} from "./artifacts.ts";

const STORED = documentOf(await membersOf(FULL), "pack_manifest.json");
const CONTROLS = STORED["control_index"] as JsonObject[];
const WITHOUT_EVIDENCE = CONTROLS.map((control) => ({ ...control, evidence_paths: [] }));
const EVERYTHING = CONTROLS.map((control) => ({ ...control, evidence_paths: ["trace_summary.json"] }));

const CONTRADICTIONS: readonly Contradiction[] = [
  [
    "a control's evidence hidden in the file",
    FULL,
    { entries: { "control_index.json": WITHOUT_EVIDENCE } },
    "control_mismatch",
    "control_index.json#$[0]",
  ],
  [
    "a control's evidence made up in the manifest",
    FULL,
    manifestWith({ control_index: EVERYTHING }),
    "control_mismatch",
    "control_index.json#$[0]",
  ],
  [
    "a control's evidence made up in both",
    FULL,
    {
      entries: { "control_index.json": EVERYTHING },
      manifest: (manifest) => ({ ...manifest, control_index: EVERYTHING }),
    },
    "control_mismatch",
    "pack_manifest.json#$.control_index[0]",
  ],
  ["no copy of the controls", FULL, manifestWith({ control_index: [] }), "control_mismatch", "control_index.json#$[0]"],
  [
    "another template's controls",
    FULL,
    manifestWith({ template_id: "soc2" }),
    "control_mismatch",
    "pack_manifest.json#$.control_index[0]",
  ],
  [
    "missing evidence of an unknown template",
    FULL,
    {
      ...manifestWith({
        template_id: "hipaa",
        control_index: [{ control_id: "a", title: "b", evidence_paths: ["gone.json"] }],
      }),
      entries: { "control_index.json": [{ control_id: "a", title: "b", evidence_paths: ["gone.json"] }] },
    },
    "control_mismatch",
    "pack_manifest.json#$.control_index[0].evidence_paths",
  ],
  [
    "outdated pointers",
    FULL,
    {
      ...(await entryWith(FULL, "trace_summary.json", { total: 2, traces: [], verdict_counts: {} })),
      keepPointers: true,
    },
    "pointer_mismatch",
    "pack_manifest.json#$.evidence_pointers[7]",
  ],
  [
    "different pointers in the file",
    FULL,
    { entries: { "evidence_pointers.json": [] } },
    "pointer_mismatch",
    "evidence_pointers.json#$[0]",
  ],
  [
    "different pointers in the manifest",
    FULL,
    manifestWith({ evidence_pointers: [] }),
    "pointer_mismatch",
    "evidence_pointers.json#$[0]",
  ],
  [
    "a page that differs from the rendered one",
    FULL,
    { entries: { "summary.pdf": new Uint8Array(3) } },
    "rendered_artifact_mismatch",
    "pack_manifest.json#$.rendered_artifacts[0]",
  ],
  [
    "a page that was never rendered",
    FULL,
    manifestWith({ rendered_artifacts: [] }),
    "rendered_artifact_mismatch",
    "summary.pdf",
  ],
  [
    "a missing rendered page",
    FULL,
    { entries: { "summary.pdf": undefined } },
    "rendered_artifact_mismatch",
    "pack_manifest.json#$.rendered_artifacts[0]",
  ],
  [
    "a window that is not in the policies",
    INCIDENT,
    manifestWith({ incident_window: { ...WINDOW, to: "2026-02-05T02:15:00Z" } }),
    "payload_mismatch",
    "pack_manifest.json#$.incident_window.to",
  ],
  [
    "a window around a different time",
    INCIDENT,
    manifestWith({ incident_window: { ...incidentWindow("run_alpha", "2026-02-02T03:15:00Z", 48n * HOUR) } }),
    "payload_mismatch",
    "pack_manifest.json#$.incident_window.to",
  ],
  [
    "a window of a different length",
    INCIDENT,
    manifestWith({ incident_window: { ...WINDOW, window_seconds: 86_400 } }),
    "payload_mismatch",
    "pack_manifest.json#$.incident_window.window_seconds",
  ],
  [
    "a window around a different run",
    INCIDENT,
    manifestWith({ incident_window: { ...WINDOW, selection_anchor: "x" } }),
    "payload_mismatch",
    "pack_manifest.json#$.incident_window.selection_anchor",
  ],
  [
    "policies of a different window",
    INCIDENT,
    await entryWith(INCIDENT, "policy_digests.json", { window_from: "2026-02-01T00:00:00Z" }),
    "payload_mismatch",
    "policy_digests.json#$.window_from",
  ],
  [
    "policies of a different run",
    INCIDENT,
    await entryWith(INCIDENT, "policy_digests.json", { run_id: "x" }),
    "payload_mismatch",
    "policy_digests.json#$.run_id",
  ],
  [
    "policies twice",
    INCIDENT,
    await entryWith(INCIDENT, "policy_digests.json", { policy_digests: ["a", "a"] }),
    "payload_mismatch",
    "policy_digests.json#$.policy_digests",
  ],
  [
    "a window without policies",
    INCIDENT,
    { entries: { "policy_digests.json": undefined } },
    "required_file_undeclared",
    "policy_digests.json",
  ],
  [
    "policies without a window",
    INCIDENT,
    { manifest: ({ incident_window: _, ...manifest }) => manifest },
    "payload_mismatch",
    "policy_digests.json",
  ],
];

describeContradictions("controls, pointers, pages and windows that contradict the pack", CONTRADICTIONS);
