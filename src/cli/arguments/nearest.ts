/** The candidate that a mistyped word most likely meant, or undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  // Allows a third of the letters to be wrong, and at least two: one swap, as in `verfiy`, counts as two.
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const isBeginning = /\w\w/.test(word) && candidate.startsWith(word);
    const distance = isBeginning ? 1 : editDistance(word, candidate);
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** At most this many are named as what was meant. */
const MOST_MEANT = 3;

/** The flags that `--pubkey` is short for: all that have its letters in order, from the first one. None, if they are many. */
export function abbreviated(flag: string, known: readonly string[]): readonly string[] {
  const letters = flag.replaceAll("-", "");
  if (letters.length < 3) return [];
  const meant = known.filter((candidate) => hasInOrder(candidate.replaceAll("-", ""), letters));
  return meant.length > MOST_MEANT ? [] : meant;
}

function hasInOrder(text: string, letters: string): boolean {
  if (text[0] !== letters[0]) return false;
  let at = 0;
  for (const letter of text) if (letter === letters[at]) at += 1;
  return at === letters.length;
}

/** Levenshtein's distance: letters inserted, removed or replaced. */
function editDistance(left: string, right: string): number {
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const line = [row];
    for (let column = 1; column <= right.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[right.length] ?? 0;
}
