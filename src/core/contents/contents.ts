/** Compares the files of an archive with the list in its manifest. Shared by all three formats. */

import { type Finding, finding } from "../finding/finding.ts";
import { collectWarnings } from "../finding/warning.ts";
import type { Platform } from "../platform/platform.ts";
import { sameDigest } from "../signature/digest.ts";
import type { Archive } from "../zip/reader.ts";
import { readContents } from "./read-entries.ts";
import type { ContentAnswer, RecordsTask } from "./read-entry.ts";
import type { RecordsReport, RecordVisitor } from "./record-lines.ts";

export interface DeclaredFile {
  readonly path: string;
  /** 64 hex digits of either case. */
  readonly sha256: string;
}

export interface HashMismatch {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

export interface ContentsReport {
  readonly filesChecked: number;
  readonly missingFiles: readonly string[];
  readonly hashMismatches: readonly HashMismatch[];
  readonly undeclaredFiles: readonly string[];
  /** Files that match their declared digest: only these are read further. */
  readonly sound: ReadonlySet<string>;
  /** For intact files whose lines are records. */
  readonly records: ReadonlyMap<string, RecordsReport>;
  readonly findings: readonly Finding[];
}

/** Used when the manifest could not be read, so that nothing could be compared with it. */
export const NO_CONTENTS: ContentsReport = {
  filesChecked: 0,
  missingFiles: [],
  hashMismatches: [],
  undeclaredFiles: [],
  sound: new Set(),
  records: new Map(),
  findings: [],
};

/** Sees a file's bytes while they are hashed, so that nothing is read twice; a chunk is valid only during the call. */
export type Observer = (chunk: Uint8Array) => void;

export interface ContentsOptions {
  /** Paths that the manifest must declare. */
  readonly required: readonly string[];
  readonly observers?: ReadonlyMap<string, Observer>;
  /** Files whose lines are records. */
  readonly records?: ReadonlyMap<string, RecordsTask>;
  /** The visitors of those records, by path. */
  readonly visitors?: ReadonlyMap<string, RecordVisitor> | undefined;
}

export async function checkContents(
  archive: Archive,
  manifestPath: string,
  declared: readonly DeclaredFile[],
  options: ContentsOptions,
  platform: Platform,
): Promise<ContentsReport> {
  const { present, paths, missingFiles, findings } = sortOut(archive, manifestPath, declared);
  const requests = present.map(({ path }) => {
    const records = options.records?.get(path);
    return {
      entry: archive.entry(path),
      records,
      see: options.observers?.get(path),
      visitor: records === undefined ? undefined : options.visitors?.get(path),
    };
  });
  const answers = await readContents(archive, requests, platform);

  const hashMismatches: HashMismatch[] = [];
  const sound = new Set<string>();
  const records = new Map<string, RecordsReport>();
  for (const [index, { path, sha256 }] of present.entries()) {
    const answer = answers[index] as ContentAnswer;
    archive.confirm(path, answer);
    findings.push(...answer.findings);
    const actual = answer.sha256;
    // A file that could not be read completely already has a finding; its digest can't be compared.
    if (actual === undefined) continue;
    if (!sameDigest(actual, sha256)) {
      const expected = sha256.toLowerCase();
      hashMismatches.push({ path, expected, actual });
      const message = "the SHA-256 differs from the declared one";
      findings.push(finding("file_hash_mismatch", { path, expected, actual, message }));
    } else if (answer.findings.length === 0) {
      sound.add(path);
      // The lines of a file with a different hash are not evidence.
      if (answer.records !== undefined) records.set(path, answer.records);
    }
  }
  for (const path of options.required) {
    if (!paths.has(path)) {
      findings.push(finding("required_file_undeclared", { path, message: "the manifest must declare this file" }));
    }
  }
  const undeclaredFiles = archive.layout.entries
    .map((entry) => entry.name)
    .filter((name) => name !== manifestPath && !paths.has(name))
    .sort();
  for (const path of undeclaredFiles) {
    findings.push(finding("file_undeclared", { path, message: "in the archive, but not declared in the manifest" }));
  }
  return {
    filesChecked: declared.length,
    missingFiles: missingFiles.sort(),
    hashMismatches,
    undeclaredFiles,
    sound,
    records,
    findings,
  };
}

interface SortedOut {
  /** Declared, once, and in the archive. */
  readonly present: readonly DeclaredFile[];
  readonly paths: ReadonlySet<string>;
  readonly missingFiles: string[];
  readonly findings: Finding[];
}

function sortOut(archive: Archive, manifestPath: string, declared: readonly DeclaredFile[]): SortedOut {
  const present: DeclaredFile[] = [];
  const paths = new Set<string>();
  const missingFiles: string[] = [];
  const findings: Finding[] = [];
  for (const file of declared) {
    const { path } = file;
    if (path === manifestPath || paths.has(path)) {
      const what = path === manifestPath ? "the manifest declares itself" : "the manifest declares this path twice";
      findings.push(finding("file_declared_twice", { path, message: what }));
      continue;
    }
    paths.add(path);
    if (archive.has(path)) {
      present.push(file);
      continue;
    }
    missingFiles.push(path);
    const message = "declared in the manifest, but not in the archive";
    findings.push(finding("file_missing", { path, expected: file.sha256.toLowerCase(), message }));
  }
  return { present, paths, missingFiles, findings };
}

/** Entries that match the manifest but are of an unknown kind: their content is not checked. */
export function unreadWarnings({ sound }: ContentsReport, isKnown: (path: string) => boolean): string[] {
  const warnings = collectWarnings();
  for (const path of [...sound].sort()) {
    if (isKnown(path)) continue;
    warnings.add("an entry of an unknown kind: its digest matches, but its content was not read", path);
  }
  return warnings.list();
}

/** Keeps a small file in memory; `bytes()` is `undefined` if it is larger than `limit` bytes. */
export function collector(limit: number): { observer: Observer; bytes(): Uint8Array | undefined } {
  let parts: Uint8Array[] = [];
  let length = 0;
  return {
    observer(chunk) {
      length += chunk.length;
      if (length <= limit) parts.push(chunk.slice());
      else parts = [];
    },
    bytes() {
      if (length > limit) return undefined;
      const whole = new Uint8Array(length);
      let offset = 0;
      for (const part of parts) {
        whole.set(part, offset);
        offset += part.length;
      }
      return whole;
    },
  };
}
