/** The lines in which two texts differ, between those that they begin and end with alike. */
export function lineChanges(before: string, after: string): string {
  if (before === after) return "";
  const left = linesOf(before);
  const right = linesOf(after);
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < most - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const removed = left.slice(start, left.length - end).map((line) => `-${line}\n`);
  const added = right.slice(start, right.length - end).map((line) => `+${line}\n`);
  return [...removed, ...added].join("");
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
