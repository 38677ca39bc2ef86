/** The formats, in the order in which they are asked: the first that a value fits is the source's. */
import { CLAUDE_CODE } from "./format/claude-code.ts";
import type { ImportFormat } from "./record/format.ts";

export const IMPORT_FORMATS: readonly ImportFormat[] = [CLAUDE_CODE];
