/** A result as markup: the verdict and reason first, then what the artifact is, what is wrong and what to do. */
import type { Finding } from "../../core/finding/finding.ts";
import { verdictIcon } from "../../core/report/page/icons.ts";
import { capital } from "../../core/report/verdict-section.ts";
import { el, type Markup, type MarkupElement } from "../../core/text/markup.ts";
import { signatureText, stateText, timestampText } from "../../core/trust/report-text.ts";
import type { Verdict } from "../../schema/document/verdict.ts";
import type { LogAnswer } from "../verifier/log-proof.ts";
import type { FileResult, VerifiedFile } from "../verifier/verify-file.ts";

/** What a verdict means, in one sentence. The verdicts are the command line's. */
const MEANING: Readonly<Record<Verdict | "refused", string>> = {
  authentic: "Everything agrees, and it is signed by a key that you trust.",
  intact: "Everything agrees, but it is not signed by a key that you trust.",
  failed: "Something does not agree. Don't rely on what this file says.",
  refused: "No verdict: the file could not be verified.",
};

const SHOWN_FINDINGS = 200;
const SHOWN_CHARACTERS = 2000;

/** The verdict of a result, or `refused`; also used as the CSS class. */
export function outcomeOf(result: FileResult): Verdict | "refused" {
  return result.kind === "judged" ? result.verdict : "refused";
}

function meaningOf(result: FileResult): string {
  const outcome = outcomeOf(result);
  const isByTrust = result.kind === "judged" && result.trust !== undefined;
  return isByTrust && outcome === "authentic"
    ? "Everything agrees, and those vouch for it whom the trust file asks for."
    : MEANING[outcome];
}

/** The parts of a result, in page order. The report follows them. */
export function resultView(result: FileResult): MarkupElement[] {
  const outcome = outcomeOf(result);
  const verdict = el(
    "p",
    { class: "verdict" },
    el("strong", {}, verdictIcon(outcome), outcome === "refused" ? "not verified" : outcome),
    el("span", {}, meaningOf(result)),
  );
  if (result.kind === "refused") {
    return [verdict, el("p", { class: "reason" }, result.message), el("p", { class: "hint" }, result.hint)];
  }
  return [
    verdict,
    // The reason above already mentions findings.
    ...(outcome === "failed" ? [] : [el("p", { class: "reason" }, capital(result.reason))]),
    ...present(
      findingList(result.findings),
      trustPart(result),
      logPart(result),
      identityList(result),
      signatureNotes(result),
      warningList(result.warnings),
    ),
  ];
}

function present(...parts: readonly (MarkupElement | undefined)[]): MarkupElement[] {
  return parts.filter((part) => part !== undefined);
}

function identityList({ identity, verdict }: VerifiedFile): MarkupElement | undefined {
  const rows = identity.flatMap(([label, value]) =>
    value === undefined ? [] : [el("div", {}, el("dt", {}, label), el("dd", {}, cut(value)))],
  );
  if (rows.length === 0) return undefined;
  const title = verdict === "failed" ? "What it claims to be (unverified)" : "What it is";
  return part("identity", title, el("dl", {}, ...rows));
}

/** Who vouches for it: the needs with the persons who count, then every signature and timestamp with its state. */
function trustPart({ trust }: VerifiedFile): MarkupElement | undefined {
  if (trust === undefined) return undefined;
  const { name, version, sha256, at, needs, signatures, timestamps } = trust;
  const file = `${name}${version === 0 ? "" : ` (v${version})`}`;
  const needed = needs.map(({ role, at_least: atLeast, counted }) =>
    el(
      "div",
      {},
      el("dt", {}, cut(role)),
      el("dd", {}, cut(`${counted.length} of ${atLeast}: ${counted.join(", ") || "nobody"}`)),
    ),
  );
  return part(
    "trust-report",
    "Who vouches for it",
    el(
      "dl",
      {},
      ...needed,
      el("div", {}, el("dt", {}, "trust file"), el("dd", {}, cut(file), ", SHA-256 ", el("code", {}, sha256))),
      el("div", {}, el("dt", {}, "as of"), el("dd", {}, `${at}, by this computer's clock`)),
    ),
    signatures.length === 0
      ? el("p", {}, "No signature lies beside it, or in it.")
      : textList(
          "ul",
          signatures.map((each) => `${stateText(each.state)}: ${signatureText(each)}`),
        ),
    timestamps.length === 0
      ? undefined
      : textList(
          "ul",
          timestamps.map((each) => `time ${stateText(each.state)}: ${timestampText(each)}`),
        ),
  );
}

const LOG_TITLES: Readonly<Record<LogAnswer["state"], string>> = {
  proven: "In a log",
  unsigned: "Perhaps in a log",
  failed: "Not shown to be in a log",
};

function logPart({ log }: VerifiedFile): MarkupElement | undefined {
  if (log === undefined) return undefined;
  const { state, text, findings } = log;
  const items = findings.length === 0 ? undefined : el("ol", {}, ...findings.map(findingItem));
  return part(`log ${state}`, LOG_TITLES[state], el("p", {}, cut(text)), items);
}

/** Invalid signatures next to a valid one; these are not findings. */
function signatureNotes({ signature, findings }: VerifiedFile): MarkupElement | undefined {
  if (signature.status !== "verified" || signature.errors.length === 0 || findings.length > 0) return undefined;
  return part("signatures", "Other signatures", textList("ul", signature.errors));
}

function warningList(warnings: readonly string[]): MarkupElement | undefined {
  return warnings.length === 0 ? undefined : part("warnings", "Warnings", textList("ul", warnings));
}

function findingList(findings: readonly Finding[]): MarkupElement | undefined {
  if (findings.length === 0) return undefined;
  const left = findings.length - SHOWN_FINDINGS;
  return part(
    "findings",
    findings.length === 1 ? "1 finding" : `${findings.length} findings`,
    el("ol", {}, ...findings.slice(0, SHOWN_FINDINGS).map(findingItem)),
    left > 0 ? el("p", {}, `${left} more are in the JSON answer below.`) : undefined,
  );
}

function findingItem({ code, path, message, expected, actual, hint }: Finding): MarkupElement {
  return el(
    "li",
    {},
    el("p", {}, el("code", { class: "code" }, code), " ", cut(capital(message))),
    el(
      "dl",
      {},
      ...row("where", path),
      ...row("expected", expected),
      ...row("found", actual),
      ...row("what to do", hint),
    ),
  );
}

function row(label: string, value: string | undefined): MarkupElement[] {
  if (value === undefined) return [];
  const text = label === "what to do" ? value : el("code", {}, cut(value));
  return [el("div", {}, el("dt", {}, label), el("dd", {}, text))];
}

function part(name: string, title: string, ...children: readonly (Markup | undefined)[]): MarkupElement {
  return el("section", { class: name }, el("h4", {}, title), ...children);
}

function textList(tag: "ul" | "ol", texts: readonly string[]): MarkupElement {
  return el(tag, {}, ...texts.slice(0, SHOWN_FINDINGS).map((text) => el("li", {}, cut(text))));
}

/** A text in the evidence may have ten million characters. */
function cut(text: string): string {
  if (text.length <= SHOWN_CHARACTERS) return text;
  return `${text.slice(0, SHOWN_CHARACTERS)}… (${text.length} characters; all of them are in the JSON answer)`;
}
