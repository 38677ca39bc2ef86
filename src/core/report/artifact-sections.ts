/** The sections of a report on one artifact, in the order of a reader's questions. */
import type { Account } from "../../schema/account/account.ts";
import type { MarkupElement } from "../text/markup.ts";
import { contentSection, controlSection } from "./content-section.ts";
import { authorizationSection, spokenCallSection } from "./decision-sections.ts";
import { findingSection } from "./finding-section.ts";
import { claimSection } from "./head-section.ts";
import { jobSections } from "./job-sections.ts";
import type { View } from "./page/view.ts";
import { provenanceSection } from "./provenance-section.ts";
import { runSections } from "./run-sections.ts";
import { trustSection } from "./trust-section.ts";
import { verdictSection } from "./verdict-section.ts";

/**
 * The verdict, then findings, provenance, what happened and contents, where present.
 *
 * @param fileDigest SHA-256 of the whole file, if known
 */
export function artifactSections(view: View, account: Account, fileDigest?: string): MarkupElement[] {
  const { run, job, call, authorization, evidence, approvers } = account;
  return [
    verdictSection(view, account),
    findingSection(view, account),
    account.trust === undefined ? undefined : trustSection(view, account.trust),
    account.verdict === "failed" ? claimSection(view, account) : undefined,
    provenanceSection(view, account, fileDigest),
    call === undefined ? undefined : spokenCallSection(view, call),
    authorization === undefined ? undefined : authorizationSection(view, authorization),
    ...(run === undefined ? [] : runSections(view, run)),
    ...(job === undefined ? [] : jobSections(view, job, approvers)),
    evidence === undefined ? undefined : controlSection(view, evidence, approvers),
    contentSection(view, account),
  ].filter((part) => part !== undefined);
}
