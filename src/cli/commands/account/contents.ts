/** What is in the file, as a tree with sizes and digests. */
import { sizeText } from "../../../core/amount.ts";
import { type ContentNode, contentTree } from "../../../core/content-account.ts";
import type { ContentAccount, ContentFile } from "../../../schema/account-parts.ts";
import { type Cell, heading, table } from "../../table.ts";
import type { View } from "./head.ts";
import { rest } from "./run.ts";

const SHOWN = 40;

const STATES: Record<Exclude<ContentFile["state"], "sound">, Cell> = {
  unsound: ["OTHER BYTES THAN DECLARED", "bad"],
  missing: ["MISSING", "bad"],
  undeclared: ["UNDECLARED", "bad"],
};

export function contentLines(contents: ContentAccount, { terminal, all }: View): string {
  const lines = [...linesOf(contentTree(contents), "")];
  if (lines.length === 0) return "";
  const shown = lines.slice(0, all ? undefined : SHOWN);
  const title = "contents (size, size in the file, SHA-256)";
  const columns = [{ most: 70, least: 16 }, { right: true, least: 9 }, { right: true, least: 9 }, {}];
  return (
    heading(title, terminal) +
    table(columns, shown, terminal) +
    rest(lines.length - shown.length, "--contents", terminal)
  );
}

function* linesOf(node: ContentNode, indent: string): Generator<Cell[]> {
  for (const [index, child] of node.children.entries()) {
    const last = index === node.children.length - 1;
    const { file } = child;
    const name = `${indent}${last ? "└ " : "├ "}${child.name}${file === undefined ? "/" : ""}`;
    yield [name, sizeText(child.size), sizeText(child.packed_size), file === undefined ? "" : fileCell(file)];
    yield* linesOf(child, `${indent}${last ? "  " : "│ "}`);
  }
}

function fileCell({ state, role, sha256 }: ContentFile): Cell {
  if (role === "manifest") return ["the manifest, which declares the others", "dim"];
  return state === "sound" ? [sha256 ?? "", "dim"] : STATES[state];
}
