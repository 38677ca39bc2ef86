/** The page: verifies the given files one after another, and all of them again when the keys or limits change. */

import { byId } from "../dom/dom.ts";
import { createVerifier } from "../verifier/verifier.ts";
import type { FileResult } from "../verifier/verify-file.ts";
import { BUILD } from "./build-info.ts";
import { type Card, createCard } from "./card.ts";
import { namesBeside, sorted } from "./dropped.ts";
import { takeFiles } from "./file-input.ts";
import { outcomeOf } from "./result-view.ts";
import { createTrustPanel } from "./trust-panel.ts";

interface Entry {
  readonly file: File;
  /** Files that lie beside it, by their names; of two of one name the later. */
  beside: readonly File[];
  readonly card: Card;
  /** Cancelled files are skipped. */
  state: "waiting" | "verifying" | "done" | "cancelled";
  result?: FileResult;
  /** Whether its report is requested or being made. */
  reporting?: "asked" | "under way";
}

export function openPage(script: string): void {
  const verifier = createVerifier(script);
  const list = byId("results", HTMLElement);
  const status = byId("status", HTMLElement);
  let entries: readonly Entry[] = [];
  let count = 0;
  let busy = false;

  /** Files beside artifacts, by name: also of those that are not here yet. */
  const pool = new Map<string, File>();
  /** Gives each artifact what lies beside it, and verifies those again for which that is something else. */
  const place = (): void => {
    const names = [...pool.keys()];
    for (const entry of entries) {
      const files = namesBeside(names, entry.file.name).map((name) => pool.get(name) as File);
      const isSame = files.length === entry.beside.length && files.every((file, at) => file === entry.beside[at]);
      if (isSame) continue;
      entry.beside = files;
      entry.card.showBeside(files.map(({ name }) => name));
      halt(entry, "waiting");
    }
    const left = names.filter((name) => entries.every(({ beside }) => beside.every((file) => file.name !== name)));
    byId("unplaced", HTMLElement).textContent =
      left.length === 0 ? "" : `No artifact here that these lie beside: ${left.join(", ")}`;
  };
  /** One after the other: what one drop has may belong to another. */
  let adding: Promise<void> = Promise.resolve();
  const add = (files: readonly File[]): void => {
    adding = adding.then(() => addAll(files));
  };
  const addAll = async (files: readonly File[]): Promise<void> => {
    trust.takePending();
    const isBeside = (name: string): boolean =>
      [...entries.map(({ file }) => file), ...files].some((file) => namesBeside([name], file.name).length > 0);
    const dropped = await sorted(files, isBeside);
    for (const file of dropped.trust) await trust.takeTrustFile(file);
    for (const file of dropped.beside) pool.set(file.name, file);
    addArtifacts(dropped.artifacts);
    place();
    if (dropped.trust.length > 0) restart();
    else void run();
  };
  const addArtifacts = (files: readonly File[]): void => {
    const added = files.map((file) => {
      const card = createCard(file, ++count, {
        cancel: () => halt(entry, "cancelled"),
        report: () => {
          entry.reporting = "asked";
          void run();
        },
        remove: () => {
          entries = entries.filter((other) => other !== entry);
          halt(entry, "cancelled");
          card.element.remove();
          for (const { name } of entry.beside) pool.delete(name);
          place();
          report();
          byId("files", HTMLInputElement).focus();
        },
      });
      const entry: Entry = { file, beside: [], card, state: "waiting" };
      card.showWaiting();
      return entry;
    });
    entries = [...entries, ...added];
    list.append(...added.map(({ card }) => card.element));
  };
  /** Stops the current work; `run` notices and continues. */
  const halt = (entry: Entry, state: "waiting" | "cancelled"): void => {
    const wasUnderWay = entry.state === "verifying" || entry.reporting === "under way";
    entry.state = state;
    delete entry.result;
    delete entry.reporting;
    entry.card.showWaiting(
      state === "cancelled" ? "Cancelled. Remove it, or change what you trust to verify again." : undefined,
    );
    if (wasUnderWay) verifier.cancel();
  };
  const restart = (): void => {
    for (const entry of entries) halt(entry, "waiting");
    void run();
  };
  const trust = createTrustPanel(restart);

  const run = async (): Promise<void> => {
    report();
    if (busy) return;
    busy = true;
    for (let next = waiting(); next !== undefined; next = waiting()) {
      const settings = trust.settings();
      if (typeof settings === "string") {
        for (const entry of entries) if (entry.state === "waiting") entry.card.showWaiting(settings);
        break;
      }
      const { file, beside, card } = next;
      next.state = "verifying";
      card.showProgress(0);
      const result = await verifier.verify({ file, beside }, settings, { kind: "verdict" }, (bytes) => {
        if (next?.state === "verifying") card.showProgress(bytes / Math.max(1, file.size));
      });
      if (result === undefined || next.state !== "verifying") continue;
      next.state = "done";
      next.result = result;
      card.showResult(result);
      report();
    }
    await makeReports();
    busy = false;
    report();
    if (waiting() !== undefined && typeof trust.settings() !== "string") void run();
  };
  /**
   * A report reads the file again: its data on calls is kept only while it is shown. It is of what the verdict is of,
   * or there is none.
   */
  const makeReports = async (): Promise<void> => {
    const asked = (): Entry | undefined => entries.find(({ reporting }) => reporting === "asked");
    for (let next = asked(); next !== undefined; next = asked()) {
      const settings = trust.settings();
      if (typeof settings === "string") return;
      next.reporting = "under way";
      const seal = next.result?.kind === "judged" ? next.result.seal : "";
      const result = await verifier.verify(next, settings, { kind: "report", seal }, () => undefined);
      if (result === undefined || next.reporting !== "under way") continue;
      delete next.reporting;
      next.card.showReport(result);
    }
  };
  const waiting = (): Entry | undefined => entries.find(({ state }) => state === "waiting");
  const report = (): void => {
    document.body.classList.toggle("empty", entries.length === 0);
    status.textContent = summary(entries);
  };

  const files = byId("files", HTMLInputElement);
  // A file dropped outside the zone must not replace the page.
  takeFiles(document.body, files, add);
  byId("clear", HTMLButtonElement).addEventListener("click", () => {
    for (const entry of entries) halt(entry, "cancelled");
    entries = [];
    pool.clear();
    place();
    list.replaceChildren();
    report();
    files.focus();
  });
  byId("version", HTMLElement).textContent = `gait ${BUILD.version}`;
  byId("commit", HTMLElement).textContent = BUILD.commit;
  document.body.classList.add("ready");
  report();
}

/** `2 of 3 files checked: 1 authentic, 1 failed`: also announced by screen readers. */
function summary(entries: readonly Entry[]): string {
  if (entries.length === 0) return "No file yet.";
  const done = entries.flatMap(({ result }) => (result === undefined ? [] : [outcomeOf(result)]));
  const counted = (["authentic", "intact", "failed", "refused"] as const).flatMap((outcome) => {
    const count = done.filter((each) => each === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome === "refused" ? "not checked" : outcome}`];
  });
  const files = entries.length === 1 ? "1 file" : `${entries.length} files`;
  if (done.length === 0) return `${files}, none checked yet.`;
  const how = done.length === entries.length ? `${files} checked` : `${done.length} of ${files} checked`;
  return `${how}: ${counted.join(", ")}.`;
}
