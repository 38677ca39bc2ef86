/** The reader's result for an archive, in the short form used by the test tables. */
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { ZipLimits } from "../../../src/core/zip/limits.ts";
import { openArchive } from "../../../src/core/zip/reader.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

export interface Verdict {
  /** Codes of all findings, of the layout and of the content of every entry, each once, sorted. */
  readonly codes: readonly string[];
  /** Content of the entries that can be read, by name, each byte a character. */
  readonly contents: ReadonlyMap<string, string>;
}

/** Reads everything in the archive, whatever the findings. */
export async function judge(bytes: Uint8Array, limits?: ZipLimits, platform = hostPlatform): Promise<Verdict> {
  const archive = await openArchive(bytesSource(bytes), platform, limits);
  const codes = new Set<string>(archive.layout.findings.map((finding) => finding.code));
  const contents = new Map<string, string>();
  for (const { name } of archive.layout.entries) {
    let text = "";
    const { findings } = await archive.stream(name, (chunk) => {
      text += Buffer.from(chunk).toString("latin1");
    });
    for (const finding of findings) codes.add(finding.code);
    contents.set(name, text);
  }
  return { codes: [...codes].sort(), contents };
}
