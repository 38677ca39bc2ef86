/**
 * The names of the formats, in the order in which they are asked: the first that a value fits is the source's. Apart from
 * the formats themselves, so that a page which only shows runs does not carry their readers.
 */
import { digestOf, type Hashing } from "../signature/digest.ts";

export const IMPORT_FORMAT_NAMES = [
  "otlp",
  "mcp",
  "hooks",
  "openai-agents",
  "langsmith",
  "gemini-cli",
  "codex",
  "claude-code",
  "messages",
  "opencode",
  "managed-agents",
  "inspect-ai",
] as const;

export type ImportFormatName = (typeof IMPORT_FORMAT_NAMES)[number];

/** Name and version of the rules. */
export const IMPORTER = "gait.import/1";

/** How a source was imported. */
export interface ImportManner {
  readonly format: string;
  readonly redact: boolean;
}

/** What the receipts of an import have as their query. */
export function importQuery(platform: Hashing, { format, redact }: ImportManner): string {
  return digestOf(platform, { format, importer: IMPORTER, redact });
}

/** The reverse, among the formats known here: the digest says so alone. */
export function importManner(platform: Hashing, query: string): ImportManner | undefined {
  const wanted = query.toLowerCase();
  for (const format of IMPORT_FORMAT_NAMES) {
    for (const redact of [false, true]) {
      if (importQuery(platform, { format, redact }) === wanted) return { format, redact };
    }
  }
  return undefined;
}
