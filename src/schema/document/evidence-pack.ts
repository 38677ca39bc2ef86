/**
 * The manifest of an evidence pack (contract 3.3), and the two lists that it copies. All closed: everything that a
 * manifest says counts as signed, so it must not say anything that no program understands.
 */
import { type Static, Type } from "typebox";
import { CLOSED, count, hex64, nonBlank, nonEmpty, SchemaVersion, text, timestamp } from "./primitives.ts";
import { SignaturesSchema } from "./signature.ts";

export const EvidenceTypeSchema = Type.Enum(["runpack", "evidence", "trace", "report"], {
  description: "runpack: about the run; evidence: copied; trace: decisions; report: made from the others.",
});
export type EvidenceType = Static<typeof EvidenceTypeSchema>;

export const EvidenceContentSchema = Type.Object(
  {
    path: nonBlank("Name of the entry in the archive."),
    sha256: hex64("SHA-256 of the entry's uncompressed bytes."),
    type: EvidenceTypeSchema,
  },
  CLOSED,
);
export type EvidenceContent = Static<typeof EvidenceContentSchema>;

export const ControlSchema = Type.Object(
  {
    control_id: nonBlank("The control's id in its template, `CC6.6` for example."),
    title: text("The control's title."),
    evidence_paths: Type.Array(nonEmpty("Name of an entry."), {
      description: "The entries that are evidence of the control, sorted; may be empty.",
    }),
  },
  CLOSED,
);
export type Control = Static<typeof ControlSchema>;

/** `control_index.json`. */
export const ControlIndexSchema = Type.Array(ControlSchema, { description: "In the order of the template." });

export const EvidencePointerSchema = Type.Object(
  {
    pointer_id: nonBlank("`ev_001` and so on, in the order of the paths."),
    path: nonBlank("Name of the entry."),
    type: EvidenceTypeSchema,
    sha256: hex64("SHA-256 of the entry's uncompressed bytes."),
  },
  CLOSED,
);
export type EvidencePointer = Static<typeof EvidencePointerSchema>;

/** `evidence_pointers.json`. */
export const EvidencePointersSchema = Type.Array(EvidencePointerSchema, {
  description: "Every entry but the manifest, the control index and this list.",
});

export const IncidentWindowSchema = Type.Object(
  {
    from: timestamp("First instant of the window."),
    to: timestamp("Last instant of the window."),
    window_seconds: count("From the run's creation to either end, in whole seconds."),
    selection_anchor: Type.Optional(nonBlank("The run whose creation is the middle of the window.")),
  },
  CLOSED,
);
export type IncidentWindow = Static<typeof IncidentWindowSchema>;

export const RenderedArtifactSchema = Type.Object(
  {
    format: Type.Literal("pdf"),
    path: nonBlank("Name of the entry."),
    sha256: hex64("SHA-256 of the entry's uncompressed bytes."),
  },
  CLOSED,
);
export type RenderedArtifact = Static<typeof RenderedArtifactSchema>;

/** `pack_manifest.json`. */
export const EvidencePackManifestSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.guard.pack_manifest"),
    schema_version: SchemaVersion,
    created_at: timestamp("When the run was recorded, in UTC."),
    producer_version: text("Version of the program that built the pack."),
    pack_id: Type.String({
      title: "`pack_` and 16 lower-case hex digits",
      pattern: "^pack_[0-9a-f]{16}$",
      description: "The beginning of the SHA-256 of the canonical JSON of `run_id` and `contents`.",
    }),
    run_id: nonEmpty("The run's id."),
    case_id: Type.Optional(nonBlank("Id of the case that the pack was made for.")),
    template_id: nonBlank("Template of the controls: soc2, pci or incident_response."),
    generated_at: timestamp("The same as `created_at`: nothing in a pack depends on when it was built."),
    control_index: Type.Optional(ControlIndexSchema),
    evidence_pointers: Type.Optional(EvidencePointersSchema),
    incident_window: Type.Optional(IncidentWindowSchema),
    rendered_artifacts: Type.Optional(
      Type.Array(RenderedArtifactSchema, { description: "Entries that were made for reading." }),
    ),
    contents: Type.Array(EvidenceContentSchema, {
      description: "Every other entry of the archive, in byte order of the paths.",
    }),
    signatures: Type.Optional(SignaturesSchema),
  },
  CLOSED,
);
export type EvidencePackManifest = Static<typeof EvidencePackManifestSchema>;

/** A file that was encrypted to be stored (contract 3.8). Closed; `plain_size` may be left out. */
export const EncryptedArtifactSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.guard.encrypted_artifact"),
    schema_version: SchemaVersion,
    created_at: timestamp("When it was encrypted."),
    producer_version: text("Version of the program that encrypted it."),
    algorithm: text("`aes-256-gcm`."),
    key_source: Type.Object(
      {
        mode: Type.Enum(["env", "command"]),
        ref: Type.Optional(text("The environment variable that held the key.")),
        command: Type.Optional(text("The program that printed the key.")),
      },
      CLOSED,
    ),
    nonce: text("12 bytes in base64."),
    ciphertext: text("The encrypted bytes and the tag of 16 bytes, in base64."),
    plain_sha256: text("SHA-256 of the file before, in hex; empty: not known."),
    plain_size: Type.Optional(count("Size of the file before, in bytes.")),
  },
  CLOSED,
);
export type EncryptedArtifact = Static<typeof EncryptedArtifactSchema>;

export const RetainedFileSchema = Type.Object(
  {
    path: nonEmpty("The file, below the folder."),
    kind: Type.Enum(["trace", "pack"]),
    modified_at: timestamp("When it was changed last."),
    age_seconds: Type.Integer({ description: "From then until now; negative for a time to come." }),
    action: Type.Enum(["kept", "deleted"]),
  },
  CLOSED,
);
export type RetainedFile = Static<typeof RetainedFileSchema>;

/** What `gait guard retain --report-out` writes (contract 3.9). */
export const RetentionReportSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.guard.retention_report"),
    schema_version: SchemaVersion,
    created_at: timestamp("Now."),
    producer_version: text("Version of this program."),
    root_path: nonEmpty("The folder."),
    dry_run: Type.Boolean({ description: "Nothing was deleted." }),
    trace_ttl_seconds: count("Age from which traces are deleted; 0: never."),
    pack_ttl_seconds: count("Age from which packs are deleted; 0: never."),
    scanned_files: count("Traces and packs that were found."),
    deleted_files: Type.Array(RetainedFileSchema, { description: "Sorted by path." }),
    kept_files: Type.Array(RetainedFileSchema, { description: "Sorted by path." }),
  },
  CLOSED,
);
export type RetentionReport = Static<typeof RetentionReportSchema>;
