/** The words for the state of a file and of a control's evidence: the same as text, in HTML and on paper. */
import type { EvidenceAccount } from "../../schema/account/account.ts";
import type { ContentFile } from "../../schema/account/parts.ts";
import type { UncheckedArchives } from "./contents.ts";

/** Of a control that nothing in the pack is evidence for. */
export const NO_EVIDENCE = "NO EVIDENCE";
/** Of evidence whose list has nothing in it. */
export const EMPTY = "EMPTY";
/** Of a page that was made from the rest of the pack. */
export const RENDERED = "RENDERED";

const STATES: Readonly<Record<Exclude<ContentFile["state"], "sound">, string>> = {
  unsound: "DIFFERS FROM THE DECLARED DIGEST",
  missing: "MISSING",
  undeclared: "UNDECLARED",
};

export interface FileState {
  readonly text: string;
  readonly tone: "good" | "bad" | "unchecked";
}

/** What there is to say of a file; `undefined` where its bytes are the declared ones. */
export function fileState({ role, state, archive }: ContentFile, unchecked: UncheckedArchives): FileState | undefined {
  const reason = unchecked.get(archive);
  if (role === "manifest")
    return reason === undefined
      ? { text: "the manifest; it declares the other files", tone: "good" }
      : { text: "the manifest, which was not used", tone: "unchecked" };
  // Nothing that could declare it was read: that it is undeclared would not be true.
  if (reason !== undefined) return { text: `NOT CHECKED: ${reason}`, tone: "unchecked" };
  return state === "sound" ? undefined : { text: STATES[state], tone: "bad" };
}

type Evidence = EvidenceAccount["controls"][number]["evidence"][number];

/** What is wrong with a piece of a control's evidence. */
export function evidenceState(each: Evidence): string | undefined {
  if (each.sha256 === undefined) return "MISSING";
  if (each.is_rendered === true) return RENDERED;
  return each.is_empty === true ? EMPTY : undefined;
}
