/** One file on the page: its name, progress and result. */

import { el, type MarkupElement } from "../../core/text/markup.ts";
import { printable } from "../../core/text/printable.ts";
import { sizeText } from "../../core/text/quantities.ts";
import { toDom } from "../dom/dom.ts";
import type { FileResult } from "../verifier/verify-file.ts";
import { reportView } from "./report-view.ts";
import { outcomeOf, resultView } from "./result-view.ts";

/** A larger answer is not shown, only offered for download. */
const SHOWN_JSON = 1024 * 1024;

export interface Card {
  readonly element: HTMLElement;
  /** @param why why it is waiting, if not just for earlier files */
  showWaiting(why?: string): void;
  /** The names of the files beside it. */
  showBeside(names: readonly string[]): void;
  showProgress(share: number): void;
  showResult(result: FileResult): void;
  showReport(result: FileResult): void;
}

export interface CardActions {
  cancel(): void;
  remove(): void;
  /** Called when the user asks for the report on a verified file. */
  report(): void;
}

export function createCard(file: File, number: number, actions: CardActions): Card {
  const title = `file-${number}`;
  const element = toDom(
    el(
      "article",
      { class: "card", "aria-labelledby": title, "data-state": "waiting" },
      el(
        "header",
        {},
        el("h3", { id: title }, file.name),
        el("span", { class: "size" }, sizeText(file.size)),
        removal(file),
      ),
      el("p", { class: "beside" }),
      el("div", { class: "body" }),
    ),
  ) as HTMLElement;
  const body = element.querySelector(".body") as HTMLElement;
  element.querySelector("button")?.addEventListener("click", actions.remove);
  let bar: HTMLProgressElement | undefined;
  /** The place for the report; absent without a verdict. */
  let place: HTMLElement | undefined;

  const show = (state: string, ...content: readonly Node[]): void => {
    element.dataset["state"] = state;
    body.replaceChildren(...content);
    bar = undefined;
    place = undefined;
  };
  const askForReport = (): void => {
    place?.replaceChildren(toDom(el("p", { role: "status" }, "Making the report…")));
    actions.report();
  };
  return {
    element,
    showWaiting: (why = "After the files before it") => show("waiting", toDom(el("p", {}, why))),
    showBeside(names) {
      (element.querySelector(".beside") as HTMLElement).textContent =
        names.length === 0 ? "" : `Beside it: ${names.map(printable).join(", ")}`;
    },
    showProgress(share) {
      if (bar === undefined) {
        const line = toDom(progressLine(file)) as HTMLElement;
        line.querySelector("button")?.addEventListener("click", actions.cancel);
        show("verifying", line);
        bar = line.querySelector("progress") ?? undefined;
      }
      // Some bytes are read twice: this is only an estimate, and must not reach 100% early.
      if (bar !== undefined) bar.value = Math.min(share, 0.99);
    },
    showResult(result) {
      const answer = answerPart(file.name, result.json);
      const asked = result.kind === "judged" ? reportPlace(file, askForReport) : undefined;
      show(outcomeOf(result), ...resultView(result).map(toDom), ...(asked === undefined ? [] : [asked]), answer);
      place = asked;
    },
    showReport(result) {
      place?.replaceChildren(reportView(result, title));
      place?.querySelector("h4")?.focus();
    },
  };
}

function removal({ name }: File): MarkupElement {
  return el("button", { type: "button", class: "remove", "aria-label": `Remove ${name}` }, "Remove");
}

function reportPlace({ name }: File, ask: () => void): HTMLElement {
  const button = el("button", { type: "button", "aria-label": `Show the report on ${name}` }, "Show the report");
  const place = toDom(el("div", { class: "report" }, el("p", { class: "buttons" }, button))) as HTMLElement;
  place.querySelector("button")?.addEventListener("click", ask);
  return place;
}

function progressLine({ name }: File): MarkupElement {
  return el(
    "div",
    { class: "progress" },
    el("progress", { max: "1", value: "0", "aria-label": `Verifying ${name}` }),
    el("button", { type: "button", "aria-label": `Cancel the verification of ${name}` }, "Cancel"),
  );
}

/** The answer of `gait pack verify --json`, to view, copy and download. */
function answerPart(name: string, json: string): Node {
  const shown = json.length <= SHOWN_JSON ? json : `${json.length} characters: too many to show, download it\n`;
  const part = toDom(
    el(
      "details",
      { class: "answer" },
      el("summary", {}, "JSON answer, as the command line gives it"),
      el(
        "p",
        { class: "buttons" },
        el("button", { type: "button", class: "copy" }, "Copy"),
        el("button", { type: "button", class: "download" }, "Download"),
      ),
      // Set as text, so that its last newline is kept.
      el("pre", { tabindex: "0", "aria-label": `JSON answer for ${name}` }),
    ),
  ) as HTMLElement;
  (part.querySelector("pre") as HTMLElement).textContent = shown;
  const copy = part.querySelector(".copy") as HTMLButtonElement;
  copy.addEventListener("click", () => {
    void copyText(json).then((copied) => {
      copy.textContent = copied ? "Copied" : "Can't copy: download it";
    });
  });
  part.querySelector(".download")?.addEventListener("click", () => download(`${name}.verify.json`, json));
  return part;
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Permission denied, or no clipboard for pages opened from disk.
    return false;
  }
}

function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
