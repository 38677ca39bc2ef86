/** Who vouches for the artifact: the trust file, what it asks for, and every signature with its key, time and state. */
import type { Account } from "../../schema/account/account.ts";
import type { TrustReport, TrustSignature, TrustTimestamp } from "../../schema/account/trust.ts";
import { approversText } from "../account/approvers.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { type Cell, codeOf, factList, section, table, type View } from "./page/view.ts";

export function trustSection(view: View, trust: TrustReport): MarkupElement {
  const { name, version, sha256, at, clock, needs, signatures, timestamps } = trust;
  const asked = needs.map(({ role, at_least: atLeast, counted }): readonly [string, string] => {
    const who = counted.length === 0 ? "nobody" : counted.map((id) => view.show(id)).join(", ");
    return [view.show(role), `${counted.length} of ${atLeast}: ${who}`];
  });
  return section(
    view,
    "trust",
    "Who vouches for it",
    factList([
      ["Trust file", `${view.show(name)}${version === 0 ? "" : `, version ${version}`}`],
      ["Its SHA-256", codeOf(view, sha256)],
      ["As of", `${at}, ${clock === "given" ? "as asked" : "by the clock of the machine"}`],
      ...asked,
    ]),
    signatures.length === 0
      ? el("p", {}, "No signature lies beside it, or in it.")
      : table(
          "trust-signatures",
          "Signatures",
          SIGNATURE_HEADS,
          signatures.map((each) => () => signatureCells(view, each)),
        ),
    timestamps.length === 0
      ? undefined
      : table(
          "trust-timestamps",
          "Timestamps",
          TIMESTAMP_HEADS,
          timestamps.map((each) => () => timestampCells(view, each)),
        ),
  );
}

/** Beside what a log or an audit says of approvals: who approved by a signature. */
export function signedNote(view: View, approvers: Account["approvers"]): MarkupElement | undefined {
  const text = approversText(approvers);
  return text === undefined
    ? undefined
    : el("p", { class: "signed-approvers" }, `Signed as approver: ${view.show(text)}.`);
}

const SIGNATURE_HEADS = ["Signer", "State", "Role", "Proven since", "Key", "Where", "Said with it, or why"];

function signatureCells(
  view: View,
  { signer, state, role, time, key_id: keyId, from, comment, note }: TrustSignature,
): Cell[] {
  const words = [
    ...(comment === undefined ? [] : [`“${view.show(comment)}”`]),
    ...(note === undefined ? [] : [view.show(note)]),
  ];
  return [
    signer === undefined ? "unknown" : view.show(signer),
    stateText(state),
    role === undefined ? "" : view.show(role),
    time ?? "",
    codeOf(view, keyId) ?? "",
    view.show(from),
    words.join("; "),
  ];
}

const TIMESTAMP_HEADS = ["Time", "State", "Authority", "Over", "Where", "Why"];

function timestampCells(
  view: View,
  { gen_time: genTime, state, authority, covers, from, note }: TrustTimestamp,
): Cell[] {
  return [
    genTime ?? "",
    stateText(state),
    authority === undefined ? "" : view.show(authority),
    view.show(covers === "pack" ? "the pack" : covers),
    view.show(from),
    view.show(note ?? ""),
  ];
}

function stateText(state: string): string {
  return state.replaceAll("_", " ");
}
