/** The table of calls with search and filters, one page of rows at a time. */

import { isFailure } from "../../core/account/call-outcome.ts";
import { type CallRow, callMarkup } from "../../core/report/page/call-table.ts";
import { WORD_OF_OUTCOME } from "../../core/report/page/icons.ts";
import { el, type MarkupElement } from "../../core/text/markup.ts";
import { countText, grouped } from "../../core/text/quantities.ts";
import type { CallOutcome } from "../../schema/account/run.ts";
import { toDom } from "../dom/dom.ts";

const PAGE = 100;
/** Delay after the last keystroke: typing is faster than searching a hundred thousand rows. */
const PAUSE_MS = 120;

/** Print handlers of the tables on the page; removed tables are dropped. */
const PRINTED = new WeakMap<Element, { before(): void; after(): void }>();

for (const when of ["before", "after"] as const) {
  globalThis.addEventListener(`${when}print`, () => {
    for (const section of document.querySelectorAll("section.calls")) PRINTED.get(section)?.[when]();
  });
}

/** `section` has the original table, which is restored for printing. */
export function createCallTable(section: HTMLElement, rows: readonly CallRow[]): void {
  const table = section.querySelector("table");
  const body = table?.tBodies[0];
  const caption = table?.caption;
  const box = table?.parentElement;
  if (body === undefined || !caption || !box) return;
  const id = section.id;
  const controls = toDom(controlMarkup(id, rows)) as HTMLElement;
  const pager = toDom(pagerMarkup()) as HTMLElement;
  const standing = { rows: [...body.children], caption: caption.textContent };
  box.before(controls);
  box.after(pager);
  const search = control(controls, "input", HTMLInputElement);
  const [tool, outcome, order] = [...controls.querySelectorAll("select")] as [
    HTMLSelectElement,
    HTMLSelectElement,
    HTMLSelectElement,
  ];
  const status = control(controls, "output", HTMLOutputElement);
  const [back, forth] = [...pager.querySelectorAll("button")] as [HTMLButtonElement, HTMLButtonElement];
  const place = control(pager, "span", HTMLSpanElement);

  const columns = [...(table?.tHead?.rows[0]?.cells ?? [])].map(({ textContent }) => textContent);
  let texts: readonly string[] | undefined;
  let found: readonly CallRow[] = [];
  let page = 0;

  const filter = (): void => {
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    if (words.length > 0) texts ??= rows.map(textOf);
    const kept = rows.filter(
      (row, index) =>
        (tool.value === "" || row.tool === tool.value) &&
        isWanted(row.outcome, outcome.value) &&
        words.every((word) => texts?.[index]?.includes(word)),
    );
    found = order.value === "recorded" ? kept : failuresFirst(kept);
    page = 0;
    show();
  };
  const show = (): void => {
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    const shown = found.slice(page * PAGE, (page + 1) * PAGE);
    body.replaceChildren(...shown.map((row) => toDom(callMarkup(row, columns))));
    const all = found.length === rows.length;
    const some =
      found.length === 0 ? "Nothing matches" : `${grouped(found.length)} of ${countText(rows.length, "call")}`;
    const count = all ? `All ${countText(rows.length, "call")}` : some;
    status.value = count;
    caption.textContent = `${count}${order.value === "recorded" ? "" : ", failures first"}`;
    place.textContent = `Page ${grouped(page + 1)} of ${grouped(pages)}`;
    back.disabled = page === 0;
    forth.disabled = page >= pages - 1;
    pager.hidden = pages === 1;
  };
  const turn = (by: number): void => {
    page += by;
    show();
    box.scrollIntoView({ block: "start" });
    // A disabled button loses the focus, and with it the keyboard position.
    if (document.activeElement === document.body) (by < 0 ? forth : back).focus();
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, rows.length > 1000 ? PAUSE_MS : 0);
  });
  for (const select of [tool, outcome, order]) select.addEventListener("change", filter);
  back.addEventListener("click", () => turn(-1));
  forth.addEventListener("click", () => turn(1));
  PRINTED.set(section, {
    before: () => {
      if (found.length !== rows.length) return;
      body.replaceChildren(...standing.rows);
      caption.textContent = standing.caption;
    },
    after: show,
  });
  filter();
}

function control<T extends HTMLElement>(inside: HTMLElement, selector: string, kind: new () => T): T {
  const found = inside.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`there is no ${selector}`);
  return found;
}

function controlMarkup(id: string, rows: readonly CallRow[]): MarkupElement {
  const tools = [...new Set(rows.map(({ tool }) => tool))].filter((tool) => tool !== "").sort();
  const select = (
    name: string,
    label: string,
    options: readonly (readonly [value: string, text: string])[],
  ): MarkupElement =>
    el(
      "p",
      {},
      el("label", { for: `${id}-${name}` }, label),
      el("select", { id: `${id}-${name}` }, ...options.map(([value, text]) => el("option", { value }, text))),
    );
  const outcomes = (["failed", "blocked", "open", "unstated", "ok"] as const).filter((each) =>
    rows.some(({ outcome }) => outcome === each),
  );
  return el(
    "div",
    { class: "filters", role: "group", "aria-label": "Search the calls" },
    el(
      "p",
      { class: "find" },
      el("label", { for: `${id}-text` }, "Search"),
      el("input", { type: "search", id: `${id}-text`, autocomplete: "off", spellcheck: "false" }),
    ),
    select("tool", "Tool", [["", "All tools"], ...tools.map((tool) => [tool, tool] as const)]),
    select("outcome", "Outcome", [
      ["", "All outcomes"],
      ["bad", "failed or blocked"],
      ...outcomes.map((each) => [each, WORD_OF_OUTCOME[each]] as const),
    ]),
    select("order", "Order", [
      ["failures", "Failures first"],
      ["recorded", "As recorded"],
    ]),
    el("output", { class: "count", role: "status" }),
  );
}

function pagerMarkup(): MarkupElement {
  return el(
    "div",
    { class: "pager", role: "group", "aria-label": "Pages of calls" },
    el("button", { type: "button" }, "Previous page"),
    el("span", {}),
    el("button", { type: "button" }, "Next page"),
  );
}

function textOf({ index, tool, id, says, outcome, args, result, started, argsText }: CallRow): string {
  return `${index} ${WORD_OF_OUTCOME[outcome]} ${tool} ${id} ${says} ${started} ${args} ${result} ${argsText}`.toLowerCase();
}

function isWanted(outcome: CallOutcome, wanted: string): boolean {
  if (wanted === "") return true;
  return wanted === "bad" ? isFailure(outcome) : outcome === wanted;
}

/** Then the calls without a result, as in the table without a script. */
function failuresFirst(rows: readonly CallRow[]): readonly CallRow[] {
  const failures = rows.filter(({ outcome }) => isFailure(outcome));
  const open = rows.filter(({ outcome }) => outcome === "open");
  return [...failures, ...open, ...rows.filter(({ outcome }) => !isFailure(outcome) && outcome !== "open")];
}
