/**
 * Markdown, for the summary of a CI run or a comment on a change: how many of each verdict, then what is bad with its
 * findings, then the rest. Text of the evidence is escaped: it can't be Markdown, HTML, a link or a mention.
 */
import { printable } from "../../core/text/printable.ts";
import type { PackResult } from "../../schema/answer/packs.ts";
import { exitOfTold, type Format, summaryText, type Told, type TrustTold, trustLine, trustOfResult } from "./format.ts";

/** Characters of each part: GitHub takes 1 MiB for a step's summary, and a comment of 65,536 characters. */
const MOST_BAD = 40_000;
const MOST_GOOD = 15_000;

/** @param place a pack's path as the report names it */
export function markdownFormat(place: (path: string) => string): Format {
  const bad = new Part(MOST_BAD);
  const good = new Part(MOST_GOOD);
  let trust: TrustTold | undefined;
  return {
    streams: false,
    tellsFault: true,
    separator: "",
    items(result) {
      trust ??= trustOfResult(result);
      if (result.ok) good.add(() => goodRow(place(result.path), result));
      else bad.add(() => badSection(place(result.path), result));
      return [];
    },
    begin: (told) => head(told) + (trust === undefined ? "" : `\n${markdown(trustLine(trust))}\n`),
    end: () =>
      bad.text((left) => `\n${left} more ${left === 1 ? "pack is" : "packs are"} bad or unreadable.\n`) +
      (good.isEmpty ? "" : "\n| verdict | pack | |\n|---|---|---|\n") +
      good.text((left) => `\n${left} more ${left === 1 ? "pack is" : "packs are"} good.\n`),
  };
}

/** Text up to a size, then a count of what is left out. */
class Part {
  readonly #most: number;
  readonly #texts: string[] = [];
  #size = 0;
  #left = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#texts.length === 0;
  }

  add(make: () => string): void {
    const text = this.#left > 0 ? undefined : make();
    if (text === undefined || (this.#size + text.length > this.#most && !this.isEmpty)) {
      this.#left += 1;
      return;
    }
    this.#texts.push(text);
    this.#size += text.length;
  }

  text(more: (left: number) => string): string {
    return this.#texts.join("") + (this.#left === 0 ? "" : more(this.#left));
  }
}

function head(told: Told): string {
  const { summary, fault, warnings } = told;
  const mark = exitOfTold(told) === 0 ? "✅" : "❌";
  const why =
    fault === undefined ? "" : `\n**No list of packs**: ${markdown(fault.error)}\n\n${markdown(fault.hint)}\n`;
  const warned = warnings.map((warning) => `\n⚠️ ${markdown(warning)}\n`).join("");
  return `## ${mark} gait pack verify: ${summaryText(summary)}\n${why}${warned}`;
}

function goodRow(place: string, result: PackResult): string {
  const { verdict, reason } = "verify" in result ? result.verify : { verdict: "", reason: "" };
  return `| ${verdict} | ${markdown(place)} | ${markdown(reason)} |\n`;
}

function badSection(place: string, result: PackResult): string {
  if (!("verify" in result)) {
    const verdict = result.exit === 1 ? "broken" : "unreadable";
    return `\n### ${verdict}: ${markdown(place)}\n\n${markdown(result.error)}\n\n${markdown(result.hint)}\n`;
  }
  const rows = result.verify.findings.map(({ code, path, message, expected, actual, hint }) => {
    const values = [
      ...(expected === undefined ? [] : [`expected ${markdown(expected)}`]),
      ...(actual === undefined ? [] : [`found ${markdown(actual)}`]),
    ].join("<br>");
    const where = path === undefined ? "" : `${markdown(path)}<br>`;
    return `| \`${code}\` | ${where}${markdown(message)} | ${values} | ${markdown(hint ?? "")} |\n`;
  });
  const head = "| finding | what | | to do |\n|---|---|---|---|\n";
  return `\n### failed: ${markdown(place)}\n\n${markdown(result.verify.reason)}\n\n${head}${rows.join("")}`;
}

/**
 * Text that stands for itself in any Markdown, also in a cell of a table: in an element of code, where nothing is linked,
 * with each punctuation mark as a character reference (CommonMark, "Entity and numeric character references").
 */
export function markdown(text: string): string {
  if (text === "") return "";
  const escaped = printable(text).replace(/[!-/:-@[-`{-~]/g, (mark) =>
    /[-., /]/.test(mark) ? mark : `&#${mark.charCodeAt(0)};`,
  );
  return `<code>${escaped}</code>`;
}
