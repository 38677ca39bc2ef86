/**
 * Rows that are measured on records of three contents, of which the worst counts: runs whose records are verified line by
 * line, and what is made of them. `of` a run: its results hold most of the bytes.
 */
import { compare, type Measured, measure, type Row, rate, run, secondsText, shown, times, worstOf } from "./measure.ts";
import { BENCH_CONTENTS, type BenchContent, type Scene } from "./scene.ts";

/** For 332,000 lines of the bench, so many records of each content: some 200 to 300 MB. */
const LINES: { readonly [Content in BenchContent]: number } = { short: 300_000, long: 44_000, shapes: 200_000 };

/** A runpack of `intents` raw records, made by the executable. */
function recorded(scene: Scene, name: string, intents: number, content: BenchContent): void {
  const { gait, folder } = scene;
  scene.recordInput("input.json", intents, "document", content);
  const out = ["--out-dir", "made", "--capture-mode", "raw", "--force"];
  run([gait, "run", "record", "--input", "input.json", ...out], folder);
  run(["mv", "made/runpack_run_large.zip", name], folder);
  scene.remove("input.json", "made");
}

/** Deflated and stored, each against what does nothing but inflate and hash, or hash. */
export function lines(scene: Scene): Row[] {
  const { sizes, gait, folder } = scene;
  const measured = BENCH_CONTENTS.map((content) => {
    recorded(scene, "run.zip", Math.round((sizes.lines / 332_000) * LINES[content]), content);
    scene.make("stored", "run.zip", "stored.zip");
    const deflated = compare(
      [gait, "verify", "./run.zip"],
      scene.python("peer.py", "verify", "run.zip"),
      folder,
      sizes.runs,
    );
    const sum = ["openssl", "dgst", "-sha256", "stored.zip"];
    const stored = compare([gait, "verify", "./stored.zip"], sum, folder, sizes.runs);
    const bytes = scene.sizeOf("stored.zip");
    scene.remove("run.zip", "stored.zip");
    return { content, deflated, stored, bytes };
  });
  const rows = (["deflated", "stored"] as const).map((method): Row => {
    const all = measured.map(({ content, bytes, ...each }) => ({ content, bytes, ...each[method] }));
    const worst = worstOf(all);
    const long = all.find(({ content }) => content === "long")?.ratio ?? 0;
    const short = all.find(({ content }) => content === "short")?.ratio ?? 0;
    const isDeflated = method === "deflated";
    return {
      work: `verify ${method} JSONL, every line checked: the worst of ${BENCH_CONTENTS.join(", ")}`,
      own: `${worst.content}, ${(worst.bytes / 1e6).toFixed(0)} MB: ${shown(worst.own)}, ${rate(worst.bytes, worst.own.seconds)}`,
      peer: `${isDeflated ? "python zipfile + hashlib, no JSON" : "`openssl dgst -sha256` of the file"}: ${secondsText(worst.peer.seconds)}`,
      result: `${times(worst.ratio)} (${all.map(({ content, ratio }) => `${content} ${times(ratio)}`).join(", ")})`,
      goal: isDeflated ? ">= 1.5x, long >= 2.3x" : ">= 0.5x, short and long >= 0.75x",
      isMet: isDeflated ? worst.ratio >= 1.5 && long >= 2.3 : worst.ratio >= 0.5 && short >= 0.75 && long >= 0.75,
    };
  });
  return rows;
}

interface Account {
  readonly command: "inspect" | "report" | "diff";
  readonly limit: number;
}

const ACCOUNTS: readonly Account[] = [
  { command: "inspect", limit: 1.6 },
  { command: "report", limit: 2 },
  { command: "diff", limit: 2.2 },
];

/** What tells of a run, against the verification of the same: `diff` reads two. */
export function accounts(scene: Scene): Row[] {
  const { sizes, gait, folder } = scene;
  const runs = Math.min(3, sizes.runs);
  const measured = BENCH_CONTENTS.flatMap((content) => {
    recorded(scene, "one.zip", sizes.calls, content);
    recorded(scene, "other.zip", sizes.calls + 1, content);
    const verify = [gait, "verify", "./one.zip"];
    const commands: { readonly [Command in Account["command"]]: string[] } = {
      inspect: [gait, "pack", "inspect", "./one.zip", "--json"],
      report: [gait, "pack", "report", "./one.zip", "--out", "report.html", "--force"],
      diff: [gait, "pack", "diff", "./one.zip", "./other.zip", "--json"],
    };
    const made = ACCOUNTS.map(({ command, limit }) => ({
      command,
      limit,
      content,
      ...compare(commands[command], verify, folder, runs, undefined, command === "diff" ? [0, 2] : [0]),
    }));
    scene.remove("one.zip", "other.zip", "report.html");
    return made;
  });
  return ACCOUNTS.map(({ command, limit }): Row => {
    const all = measured.filter((each) => each.command === command);
    const worst = worstOf(all);
    const megabytes = Math.max(...all.map(({ own }: { own: Measured }) => own.megabytes));
    return {
      work: `${command} of ${sizes.calls} calls: the worst of ${BENCH_CONTENTS.join(", ")}`,
      own: `${worst.content}: ${secondsText(worst.own.seconds)}; at most ${megabytes.toFixed(0)} MB`,
      peer: `verify of ${command === "diff" ? "one of the two" : "the same"}: ${secondsText(worst.peer.seconds)}`,
      result: `${times(1 / worst.ratio)} its time (${all.map(({ content, ratio }) => `${content} ${times(1 / ratio)}`).join(", ")})`,
      goal: `<= ${limit}x, under 300 MB`,
      isMet: 1 / worst.ratio <= limit && megabytes < 300,
    };
  });
}

/** Entries that are hashed only, eight against one: this needs a second free processor to gain anything. */
export function parts(scene: Scene): Row {
  const { sizes, gait, folder } = scene;
  scene.recordInput("lines", sizes.lines, "lines");
  scene.make("lines", scene.smallPack, "one.zip", 1, "lines");
  scene.make("lines", scene.smallPack, "eight.zip", 8, "lines");
  const { own, peer, ratio } = compare(
    [gait, "verify", "./eight.zip"],
    [gait, "verify", "./one.zip"],
    folder,
    sizes.runs,
  );
  scene.remove("one.zip", "eight.zip", "lines");
  return {
    work: "verify short lines as 8 declared entries, 2 cores",
    own: shown(own),
    peer: `itself, as one entry: ${secondsText(peer.seconds)}`,
    result: times(ratio),
    goal: ">= 1.7x",
    isMet: ratio >= 1.7,
  };
}

/** A job's log is read event by event, which no other program does: no goal. */
export function jobPack(scene: Scene): Row {
  const { gait, folder, sizes } = scene;
  const events = sizes.recordedIntents * 5;
  scene.jobLog("long", events);
  const built = run([gait, "pack", "build", "--type", "job", "--from", scene.at("long"), "--out", "job.zip"], folder);
  const verified = measure([gait, "pack", "verify", "job.zip"], folder, 3);
  const peer = measure(scene.python("peer.py", "verify", "job.zip"), folder, 3);
  scene.remove("long", "job.zip");
  return {
    work: `verify the pack of a job of ${events} events`,
    own: `${shown(verified)}; to build it: ${shown(built)}`,
    peer: `python zipfile + hashlib, no JSON: ${secondsText(peer.seconds)}`,
    result: times(peer.seconds / verified.seconds),
    goal: "",
    isMet: undefined,
  };
}
