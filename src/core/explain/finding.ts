/** Every finding, explained. */
import type { FindingCode } from "../finding/finding.ts";
import { ARCHIVE_EXPLANATIONS } from "./archive.ts";
import { DOCUMENT_EXPLANATIONS } from "./document.ts";
import { LOG_EXPLANATIONS } from "./log.ts";
import { TRUST_EXPLANATIONS } from "./trust.ts";
import type { Explanation } from "./verdict.ts";

/** A code has an explanation, or this does not compile. */
export const EXPLANATIONS: Readonly<Record<FindingCode, Explanation>> = {
  ...ARCHIVE_EXPLANATIONS,
  ...DOCUMENT_EXPLANATIONS,
  ...TRUST_EXPLANATIONS,
  ...LOG_EXPLANATIONS,
};
