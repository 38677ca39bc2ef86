/** A reusable event with several waiters. */
export interface Change {
  announce(): void;
  next(): Promise<void>;
}

export function createChange(): Change {
  let waiting: (() => void)[] = [];
  return {
    announce() {
      const now = waiting;
      waiting = [];
      for (const go of now) go();
    },
    next: () => new Promise((resolve) => void waiting.push(resolve)),
  };
}
