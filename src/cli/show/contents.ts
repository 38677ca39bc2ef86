/** The contents of the file, as a tree with sizes and digests. */

import {
  type ContentNode,
  contentTree,
  type UncheckedArchives,
  uncheckedArchives,
} from "../../core/account/contents.ts";
import { fileState } from "../../core/account/state-text.ts";
import { sizeText } from "../../core/text/quantities.ts";
import type { ContentAccount, ContentFile } from "../../schema/account/parts.ts";
import { heading, type TableCell, table } from "../terminal/table.ts";
import type { AccountView } from "./head.ts";
import { rest } from "./run.ts";

const SHOWN = 40;

const TONES = { good: "dim", bad: "bad", unchecked: "warn" } as const;

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

function fileCell(file: ContentFile, unread: UncheckedArchives): TableCell {
  const state = fileState(file, unread);
  return state === undefined ? [file.sha256 ?? "", "dim"] : [state.text, TONES[state.tone]];
}
