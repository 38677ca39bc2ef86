/** The time axis of a picture: maps seconds to positions, with round steps. */

import { el, type Markup } from "../../text/markup.ts";
import { grouped, offsetText } from "../../text/quantities.ts";

/** Units of the picture; the page scales it. */
export const WIDTH = 960;

/** Coordinates with two digits, so that the bytes don't depend on the last bit of a division. */
export function at(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const STEPS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200],
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].map((days) => days * 86_400),
];
const MOST_STEPS = 8;

/** Ticks in seconds: 0, then round steps. */
export function ticks(span: number): number[] {
  const step = STEPS.find((each) => span / each <= MOST_STEPS) ?? span;
  const found: number[] = [];
  for (let index = 0; step > 0 && index * step <= span && index <= MOST_STEPS; index += 1) found.push(index * step);
  return found.length === 0 ? [0] : found;
}

const DAY = 86_400;

function tickText(seconds: number): string {
  if (seconds === 0) return "start";
  return seconds >= 2 * DAY ? `+${grouped(seconds / DAY)} d` : offsetText(seconds);
}

/** Tick lines and durations below a picture. */
export function axis(span: number, x: (seconds: number) => number, top: number, bottom: number): Markup[] {
  return ticks(span).flatMap((seconds) => [
    el("line", { class: "grid", x1: at(x(seconds)), x2: at(x(seconds)), y1: at(top), y2: at(bottom) }),
    label(tickText(seconds), x(seconds), bottom + 16),
  ]);
}

/** Half the width of a character of a label, at most. */
const HALF_CHARACTER = 4;

/** Below its line; at the right edge, where the picture would cut it off, it ends there. */
function label(text: string, x: number, y: number): Markup {
  const isCut = x + text.length * HALF_CHARACTER > WIDTH;
  const [from, anchor] = isCut ? [WIDTH - 4, "end"] : [x, "middle"];
  return el("text", { class: "tick", x: at(from), y: at(y), "text-anchor": anchor }, text);
}

export function picture(
  name: string,
  height: number,
  title: string,
  description: string,
  ...children: readonly Markup[]
): Markup {
  return el(
    "svg",
    {
      class: `picture ${name}`,
      viewBox: `0 0 ${WIDTH} ${at(height)}`,
      role: "img",
      "aria-label": `${title}. ${description}`,
    },
    el("title", {}, title),
    el("desc", {}, description),
    ...children,
  );
}
