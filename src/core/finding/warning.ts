/**
 * Things worth a second look that don't make evidence bad. A run of 200,000 calls may have as many, so the list is
 * capped.
 */

const SHOWN_PER_KIND = 20;

export interface Warnings {
  /** `kind` groups warnings for the cap; `where` names one case. */
  add(kind: string, where: string): void;
  /** Each kind's cases in order, then a count of the rest. */
  list(): string[];
}

export function collectWarnings(): Warnings {
  const kinds = new Map<string, { shown: string[]; count: number }>();
  return {
    add(kind, where) {
      const known = kinds.get(kind);
      if (known === undefined) {
        kinds.set(kind, { shown: [where], count: 1 });
        return;
      }
      // The same warning is given once.
      if (known.shown.includes(where)) return;
      known.count += 1;
      if (known.shown.length < SHOWN_PER_KIND) known.shown.push(where);
    },
    list() {
      return [...kinds].flatMap(([kind, { shown, count }]) => {
        const lines = shown.map((where) => `${where}: ${kind}`);
        return count > shown.length ? [...lines, `${count - shown.length} more: ${kind}`] : lines;
      });
    },
  };
}
