/** `gait pack report --format pdf`: a report to print and file. The same files give the same bytes, but for a certificate. */
import { madeText } from "../../core/account/provenance.ts";
import { VERDICTS } from "../../core/explain/verdict.ts";
import type { Reported } from "../../core/report/document.ts";
import { formatText, subjectText } from "../../core/report/page/account-text.ts";
import { capital, NOT_SAID } from "../../core/report/verdict-section.ts";
import { countText, durationText, grouped } from "../../core/text/quantities.ts";
import { signatureText, stateText, timestampText } from "../../core/trust/report-text.ts";
import type { Account } from "../../schema/account/account.ts";
import type { Verdict } from "../../schema/document/verdict.ts";
import { authorizationPages, spokenCallPages } from "./report-decisions.ts";
import { contentPages, controlPages, cut, jobPages, MOST_ROWS, rest, runPages } from "./report-history.ts";
import { BAD, BODY, CODE, Sheet, SMALL, STRONG, TITLE } from "./sheet.ts";
import type { Style } from "./typesetter.ts";

const VERDICT_STYLES: Readonly<Record<Verdict, Style>> = {
  authentic: { font: "bold", size: 16, color: "#1b6b2f" },
  intact: { font: "bold", size: 16, color: "#7a5200" },
  failed: { font: "bold", size: 16, color: "#a31515" },
};

/** What a person signs who checked the files: it has the time and the machine, so that no two are the same. */
export interface Worksheet {
  readonly program: string;
  /** SHA-256 of the program's own file. */
  readonly programSha256: string;
  /** Ids of the keys, or the trust file, that the verdict rests on. */
  readonly keys: readonly string[];
  /** UTC. */
  readonly at: string;
  readonly host: string;
}

export interface PdfReport {
  readonly artifacts: readonly (Reported & { readonly size: number })[];
  readonly producer: string;
  readonly certificate?: Worksheet | undefined;
}

export async function reportPdf({ artifacts, producer, certificate }: PdfReport): Promise<Uint8Array> {
  const names = artifacts.map(({ name }) => name).join(", ");
  const sheet = new Sheet({ title: `${names}: evidence report`, isReport: true });
  for (const [index, artifact] of artifacts.entries()) {
    if (index > 0) sheet.newPage();
    artifactPages(sheet, artifact);
  }
  if (certificate !== undefined) {
    sheet.newPage();
    certificatePage(sheet, artifacts, certificate);
  }
  sheet.skip(10);
  sheet.paragraph(`Made by ${producer}. What counts is the file itself: verify it with gait pack verify.`, SMALL);
  if (sheet.escaped) {
    sheet.paragraph(
      "Characters that these fonts lack, or that have no shape of their own, are written as \\u{…}.",
      SMALL,
    );
  }
  const [only] = artifacts;
  const digest = artifacts.length === 1 && only?.digest !== undefined ? [`SHA-256 ${only.digest}`] : [];
  return sheet.end(names, ...digest);
}

function artifactPages(sheet: Sheet, { name, account, digest, size }: PdfReport["artifacts"][number]): void {
  const { verdict, reason, findings, warnings } = account;
  sheet.paragraph("Evidence report", SMALL);
  sheet.paragraph(name, TITLE);
  sheet.skip(8);
  sheet.paragraph(verdict, VERDICT_STYLES[verdict]);
  sheet.paragraph(reason, BODY);
  sheet.skip(4);
  sheet.fact("Meaning", VERDICTS[verdict].meaning);
  sheet.fact("It does not say", NOT_SAID[verdict]);
  if (verdict === "failed") sheet.paragraph("Unverified: everything below is only what the file claims.", BAD);
  if (findings.length > 0) {
    sheet.section(countText(findings.length, "finding"));
    for (const { code, path, message, expected, actual, hint } of findings.slice(0, MOST_ROWS)) {
      sheet.paragraph(code, BAD);
      sheet.paragraph(`${path === undefined ? "" : `${path}: `}${cut(message)}`, BODY, 12);
      if (expected !== undefined) sheet.paragraph(`expected ${cut(expected)}`, CODE, 12);
      if (actual !== undefined) sheet.paragraph(`found ${cut(actual)}`, CODE, 12);
      if (hint !== undefined) sheet.paragraph(hint, SMALL, 12);
    }
    rest(sheet, findings.length - MOST_ROWS);
  }
  if (warnings.length > 0) {
    sheet.section(countText(warnings.length, "warning"));
    for (const warning of warnings.slice(0, MOST_ROWS)) sheet.paragraph(cut(warning), BODY);
    rest(sheet, warnings.length - MOST_ROWS);
  }
  trust(sheet, account);
  provenance(sheet, account, digest, size);
  if (account.call !== undefined) spokenCallPages(sheet, account.call);
  if (account.authorization !== undefined) authorizationPages(sheet, account.authorization);
  if (account.run !== undefined) runPages(sheet, account.run);
  if (account.job !== undefined) jobPages(sheet, account.job, account);
  if (account.evidence !== undefined) controlPages(sheet, account.evidence, account);
  contentPages(sheet, account);
}

function trust(sheet: Sheet, { trust }: Account): void {
  if (trust === undefined) return;
  const { name, version, sha256, at, clock, needs, signatures, timestamps } = trust;
  sheet.section("Who vouches for it");
  sheet.fact("Trust file", `${name}${version === 0 ? "" : `, version ${version}`}`, STRONG);
  sheet.fact("Its SHA-256", sha256, CODE);
  sheet.fact("As of", `${at}, ${clock === "given" ? "as asked" : "by the clock of the machine"}`);
  for (const { role, at_least: atLeast, counted } of needs) {
    sheet.fact(
      role,
      `${counted.length} of ${atLeast}: ${counted.join(", ") || "nobody"}`,
      counted.length < atLeast ? BAD : STRONG,
    );
  }
  for (const each of signatures) sheet.columns([stateText(each.state), 0.2, STRONG], [signatureText(each), 0.8]);
  for (const each of timestamps)
    sheet.columns([`time ${stateText(each.state)}`, 0.2, STRONG], [timestampText(each), 0.8]);
}

function provenance(sheet: Sheet, account: Account, digest: string | undefined, size: number): void {
  const { provenance: from, run: told, job: worked, evidence } = account;
  sheet.section("What it is");
  const facts: readonly (readonly [string, string | undefined, Style?])[] = [
    ["Format", formatText(account)],
    [subjectText(account), account.source_ref, STRONG],
    ["Case", evidence?.case_id],
    [account.format === "runpack" ? "Manifest digest" : "Pack id", account.pack_id, CODE],
    [
      "From, to",
      span(
        told?.began_at ?? worked?.submitted_at,
        told?.ended_at ?? worked?.updated_at,
        told?.seconds ?? worked?.seconds,
      ),
    ],
    ...madeText(account).map(([label, text]) => [capital(label), text] as const),
    ...(from.imported_from ?? []).map(({ name, sha256 }) => ["Imported from", `${name}, SHA-256 ${sha256}`] as const),
    ["Size", `${grouped(size)} bytes`],
    ["SHA-256", digest, CODE],
  ];
  for (const [label, value, style] of facts) if (value !== undefined) sheet.fact(label, cut(value), style);
  if (from.signatures.length === 0) sheet.fact("Signatures", "none");
  for (const { key_id: keyId, status, problem } of from.signatures) {
    sheet.fact(
      "Signature",
      `${status.replace("_", " ")}${problem === undefined ? "" : `: ${problem}`}`,
      status === "failed" ? BAD : BODY,
    );
    sheet.fact("by key", keyId, CODE);
  }
}

function span(from: string | undefined, to: string | undefined, seconds: number | undefined): string | undefined {
  if (from === undefined || to === undefined) return undefined;
  return `${from} to ${to}${seconds === undefined ? "" : ` (${durationText(seconds)})`}`;
}

function certificatePage(sheet: Sheet, artifacts: PdfReport["artifacts"], certificate: Worksheet): void {
  const { program, programSha256, keys, at, host } = certificate;
  sheet.paragraph("Verification worksheet", TITLE);
  sheet.skip(6);
  sheet.paragraph(
    "Filled in by the program but for the lines at the end. A qualified person compares the digests with the files and the " +
      "program, and signs. The program certifies nothing: the signature below does.",
    BODY,
  );
  for (const { name, account, digest, size } of artifacts) {
    sheet.section(name);
    sheet.fact("Verdict", account.verdict, account.verdict === "failed" ? BAD : STRONG);
    sheet.fact("Why", account.reason);
    sheet.fact("SHA-256", digest ?? "", CODE);
    sheet.fact("Size", `${grouped(size)} bytes`);
  }
  sheet.section("With what");
  sheet.fact("Program", program);
  sheet.fact("Its own SHA-256", programSha256, CODE);
  if (keys.length === 0) sheet.fact("Keys", "none: nothing says who made the files");
  for (const key of keys) sheet.fact("Key or trust file", key, CODE);
  sheet.fact("At (UTC)", at);
  sheet.fact("On the machine", host);
  sheet.section("By whom");
  for (const label of ["Name", "Organisation", "Qualification", "Place, date", "Signature"]) sheet.blank(label);
}
