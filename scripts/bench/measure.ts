/** Whole processes measured beside a peer that does the same work in the same run, and their report. */
export interface Measured {
  /** Wall time. */
  readonly seconds: number;
  /** Peak memory, in MB. */
  readonly megabytes: number;
}

export interface Compared {
  readonly own: Measured;
  readonly peer: Measured;
  /** Median over the runs of the peer's time divided by ours: each pair ran back to back. */
  readonly ratio: number;
}

export interface Row {
  readonly work: string;
  readonly own: string;
  readonly peer: string;
  readonly result: string;
  /** As in the table of goals; absent for figures without a goal. */
  readonly goal: string;
  readonly isMet: boolean | undefined;
}

export type Command = readonly string[];

/** One run to its end. @throws when the exit is not one of `exits`, with its output */
export function run(
  command: Command,
  cwd: string,
  stdout: "ignore" | "pipe" = "ignore",
  exits: readonly number[] = [0],
): Measured & { text: string } {
  const started = performance.now();
  const ran = Bun.spawnSync([...command], { cwd, stdin: "ignore", stdout, stderr: "pipe" });
  const seconds = (performance.now() - started) / 1000;
  if (!exits.includes(ran.exitCode)) throw new Error(`${command.join(" ")}: exit ${ran.exitCode}\n${ran.stderr}`);
  return { seconds, megabytes: (ran.resourceUsage?.maxRSS ?? 0) / 1e6, text: ran.stdout?.toString() ?? "" };
}

/** Both `runs` times, alternating, so that other load on the machine affects both. */
export function compare(
  own: Command,
  peer: Command,
  cwd: string,
  runs: number,
  before?: () => void,
  exits?: readonly number[],
): Compared {
  const pairs = Array.from({ length: runs }, () => {
    before?.();
    return { own: run(own, cwd, "ignore", exits), peer: run(peer, cwd) };
  });
  return {
    own: median(pairs.map((pair) => pair.own)),
    peer: median(pairs.map((pair) => pair.peer)),
    ratio: middle(pairs.map((pair) => pair.peer.seconds / pair.own.seconds)),
  };
}

export function measure(command: Command, cwd: string, runs: number): Measured {
  return median(Array.from({ length: runs }, () => run(command, cwd)));
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}

/** The one with the least ratio. */
export function worstOf<Each extends { readonly ratio: number }>(all: readonly Each[]): Each {
  return all.reduce((left, right) => (right.ratio < left.ratio ? right : left));
}

function median(all: readonly Measured[]): Measured {
  return {
    seconds: middle(all.map(({ seconds }) => seconds)),
    megabytes: Math.max(...all.map(({ megabytes }) => megabytes)),
  };
}

function middle(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function shown({ seconds, megabytes }: Measured): string {
  return `${secondsText(seconds)}, ${megabytes.toFixed(0)} MB`;
}

export function secondsText(seconds: number): string {
  return seconds < 0.1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
}

export function rate(bytes: number, seconds: number): string {
  return `${(bytes / 1e6 / seconds).toFixed(0)} MB/s`;
}

/** As Markdown, so that it can be put into `docs/performance.md` as it is. */
export function markdown(rows: readonly Row[]): string {
  const head = ["work", "gait", "peer in the same run", "result", "goal", "met"];
  const lines = rows.map(({ work, own, peer, result, goal, isMet }) => [
    work,
    own,
    peer,
    result,
    goal,
    isMet === undefined ? "" : verdict(isMet),
  ]);
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function verdict(isMet: boolean): string {
  return isMet ? "yes" : "**no**";
}
