/** The contents of the file, as a tree with sizes and digests. */

import {
  type ContentNode,
  contentTree,
  type UncheckedArchives,
  uncheckedArchives,
} from "../../core/account/contents.ts";
import { sizeText } from "../../core/text/quantities.ts";
import type { ContentAccount, ContentFile } from "../../schema/account/parts.ts";
import { heading, type TableCell, table } from "../terminal/table.ts";
import type { AccountView } from "./head.ts";
import { rest } from "./run.ts";

const SHOWN = 40;

const STATES: Record<Exclude<ContentFile["state"], "sound">, TableCell> = {
  unsound: ["DIFFERS FROM THE DECLARED DIGEST", "bad"],
  missing: ["MISSING", "bad"],
  undeclared: ["UNDECLARED", "bad"],
};

export function contentLines(contents: ContentAccount, { terminal, all }: AccountView): string {
  const lines = [...linesOf(contentTree(contents), "", uncheckedArchives(contents))];
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

function* linesOf(node: ContentNode, indent: string, unread: UncheckedArchives): Generator<TableCell[]> {
  for (const [index, child] of node.children.entries()) {
    const last = index === node.children.length - 1;
    const { file } = child;
    const name = `${indent}${last ? "└ " : "├ "}${child.name}${file === undefined ? "/" : ""}`;
    yield [name, sizeText(child.size), sizeText(child.packed_size), file === undefined ? "" : fileCell(file, unread)];
    yield* linesOf(child, `${indent}${last ? "  " : "│ "}`, unread);
  }
}

function fileCell({ state, role, sha256, archive }: ContentFile, unread: UncheckedArchives): TableCell {
  const reason = unread.get(archive);
  if (role === "manifest" && reason !== undefined) return ["the manifest, which was not used", "warn"];
  if (role === "manifest") return ["the manifest; it declares the other files", "dim"];
  if (reason !== undefined) return [`NOT CHECKED: ${reason}`, "warn"];
  return state === "sound" ? [sha256 ?? "", "dim"] : STATES[state];
}
