/**
 * An archive format: a manifest that lists files, and the rules for them. Each format is one table; `verifyFormat`
 * checks an archive against it, so that all formats follow the same rules in the same order.
 */
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import type { Finding } from "../finding/finding.ts";
import { type Document, declaredDocument } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import { checkSignatures, type PublicKey, type SignatureReport, UNSIGNED } from "../signature/signature.ts";
import type { Archive } from "../zip/reader.ts";
import {
  type ContentsReport,
  checkContents,
  collector,
  type DeclaredFile,
  NO_CONTENTS,
  type Observer,
  unreadWarnings,
} from "./contents.ts";
import { documentLimit } from "./document-limit.ts";
import { readManifest } from "./manifest.ts";
import type { RecordsTask } from "./read-entry.ts";
import type { RecordVisitor } from "./record-lines.ts";

export interface FormatOptions {
  /** Keys that the caller trusts. */
  readonly keys: readonly PublicKey[];
  /**
   * The archive is inside one that is signed for it: then a signature of its own by somebody else is no fault, but one
   * that names a given key and does not verify is.
   */
  readonly isEmbedded?: boolean | undefined;
  /** Whatever may be signed must be, by a given key: records too. */
  readonly requireSignature?: boolean | undefined;
  readonly platform: Platform;
  /** Visit the records of a run while they are verified, by file path in the runpack. */
  readonly visitors?: ReadonlyMap<string, RecordVisitor> | undefined;
}

export interface EvidenceFormat<Manifest, Evidence> {
  /** Path of the manifest. */
  readonly manifest: string;
  readonly validator: Validator<Manifest>;
  /** The digest that the manifest states for itself, if it is wrong. */
  selfFindings(object: JsonObject, manifest: Manifest, platform: Platform): readonly Finding[];
  /** The list of files in the manifest. */
  files(manifest: Manifest): readonly DeclaredFile[];
  /** Paths that the manifest must declare. */
  required(manifest: Manifest): readonly string[];
  /** Whether this program reads a file at this path; others get a warning. */
  isKnown(path: string): boolean;
  /** Files that are read completely and validated, in the order of their findings. */
  readonly documents: Readonly<Record<string, Validator<unknown>>>;
  /** Files whose lines are records. */
  records?(manifest: Manifest): Readonly<Record<string, RecordsTask>>;
  /** Replaces the schema's findings for an invalid manifest. */
  misfitFindings?(object: JsonObject | undefined): readonly Finding[] | undefined;
  /** Manifest rules that a schema can't express. */
  manifestFindings?(manifest: Manifest): readonly Finding[];
  /** Starts checking the files, before they are read. */
  examine(opened: OpenedFormat<Manifest>): Examination<Evidence> | Promise<Examination<Evidence>>;
}

export interface OpenedFormat<Manifest> {
  readonly archive: Archive;
  readonly manifest: Manifest;
  readonly options: FormatOptions;
}

export interface Examination<Evidence> {
  /** Visit files while they are hashed. */
  readonly observers?: ReadonlyMap<string, Observer>;
  /** What the files are evidence of, and their disagreements. */
  conclude(files: FilesRead): Conclusion<Evidence> | Promise<Conclusion<Evidence>>;
}

export interface FilesRead {
  readonly contents: ContentsReport;
  /** A document of the table: present only if it matches its schema and its digest. */
  document<T>(path: string): T | undefined;
}

export interface Conclusion<Evidence> {
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  readonly evidence: Evidence;
}

export interface FormatReport<Manifest, Evidence> {
  /** The manifest as stored: present if it is at least an object. */
  readonly object?: JsonObject;
  readonly contents: ContentsReport;
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Present if the manifest matches its schema. */
  readonly read?: { readonly manifest: Manifest; readonly evidence: Evidence };
}

/** `document` is the manifest, if the caller has already read it to detect the format. */
export async function verifyFormat<Manifest, Evidence>(
  format: EvidenceFormat<Manifest, Evidence>,
  archive: Archive,
  options: FormatOptions,
  document?: Document<Manifest>,
): Promise<FormatReport<Manifest, Evidence>> {
  const { keys, platform, isEmbedded = false } = options;
  const found = document ?? (await readManifest(archive, format.manifest, format.validator));
  const { object, value: manifest } = found;
  // As stored: unknown members are signed too.
  const signature =
    object === undefined ? UNSIGNED : await checkSignatures(object, keys, platform, format.manifest, isEmbedded);
  if (object === undefined || manifest === undefined) {
    const findings = [...(format.misfitFindings?.(object) ?? found.findings), ...signature.findings];
    const stored = object === undefined ? {} : { object };
    return { ...stored, contents: NO_CONTENTS, signature, findings, warnings: [] };
  }
  const findings: Finding[] = [
    ...found.findings,
    ...format.selfFindings(object, manifest, platform),
    ...(format.manifestFindings?.(manifest) ?? []),
  ];
  const examination = await format.examine({ archive, manifest, options });
  const whole = Object.entries(format.documents).map(([path, validator]) => ({
    path,
    validator,
    file: collector(documentLimit(archive, path)),
  }));
  const tasks = format.records?.(manifest) ?? {};
  const contents = await checkContents(
    archive,
    format.manifest,
    format.files(manifest),
    {
      required: format.required(manifest),
      observers: new Map([
        ...whole.map(({ path, file }) => [path, file.observer] as const),
        ...(examination.observers ?? []),
      ]),
      records: new Map(Object.entries(tasks)),
      visitors: options.visitors,
    },
    platform,
  );
  findings.push(...contents.findings);
  const documents = new Map(
    whole.map(({ path, validator, file }) => [
      path,
      declaredDocument<unknown>(contents, path, file.bytes(), validator, findings),
    ]),
  );
  const records = Object.keys(tasks).flatMap((path) => contents.records.get(path) ?? []);
  findings.push(...records.flatMap((report) => report.findings));
  const { evidence, ...concluded } = await examination.conclude({
    contents,
    document: <T>(path: string) => documents.get(path) as T | undefined,
  });
  return {
    object,
    contents,
    signature,
    findings: [...findings, ...concluded.findings, ...signature.findings],
    warnings: [
      ...unreadWarnings(contents, format.isKnown),
      ...records.flatMap((report) => report.warnings),
      ...concluded.warnings,
    ],
    read: { manifest, evidence },
  };
}
