/** The rows that have a goal, in the order of its table. Each makes its inputs and removes them. */
import { bucketStore } from "./bucket.ts";
import { catalog } from "./catalog.ts";
import { accounts, jobPack, lines, parts } from "./contents.ts";
import { jobCommand } from "./job-command.ts";
import { measureMany } from "./many.ts";
import { compare, measure, type Row, rate, run, secondsText, shown, times, worstOf } from "./measure.ts";
import { BENCH_CONTENTS, type BenchContent, type Scene } from "./scene.ts";
import { collection, storedPacks } from "./store.ts";

type Goal = (scene: Scene) => Row | readonly Row[] | Promise<readonly Row[]>;

export const GOALS: readonly Goal[] = [
  stored,
  lines,
  parts,
  small,
  many,
  record,
  transcripts,
  accounts,
  jobCommand,
  memory,
  growth,
  jobPack,
  collection,
  storedPacks,
  bucketStore,
  catalog,
];

/** For 200,000 records of the bench, so many of each content: some 40 MB. */
const RAW_INTENTS: { readonly [Content in BenchContent]: number } = { short: 55_000, long: 9_000, shapes: 45_000 };

function stored(scene: Scene): Row {
  const { sizes, gait, folder } = scene;
  scene.make("pack", scene.smallPack, "stored.zip", 1, sizes.storedBytes);
  const { own, peer, ratio } = compare(
    [gait, "verify", "./stored.zip"],
    ["openssl", "dgst", "-sha256", "stored.zip"],
    folder,
    sizes.runs,
  );
  scene.remove("stored.zip");
  return {
    work: `verify one stored entry of ${sizes.storedBytes / 2 ** 20} MiB`,
    own: `${shown(own)}, ${rate(sizes.storedBytes, own.seconds)}`,
    peer: `\`openssl dgst -sha256\` of the file: ${secondsText(peer.seconds)}`,
    result: `${ratio.toFixed(2)} of it`,
    goal: ">= 0.95 of it",
    isMet: ratio >= 0.95,
  };
}

function small(scene: Scene): Row {
  const { own, peer, ratio } = compare([scene.gait, "verify", scene.smallPack], [scene.bareBinary()], scene.folder, 41);
  // Where the runtime itself starts so soon, the rest is a larger share.
  const limit = peer.seconds < 0.005 ? 3 : 2.6;
  return {
    work: "verify a pack of 3 KB, start included",
    own: shown(own),
    peer: `a bare Bun binary: ${secondsText(peer.seconds)}`,
    result: `${times(1 / ratio)} its time`,
    goal: `<= ${limit}x its time`,
    isMet: 1 / ratio <= limit,
  };
}

/** Also measures growth with the number of packs. */
function many({ gait, sizes }: Scene): Row[] {
  const figures = measureMany(gait, sizes.packs, Math.min(3, sizes.runs));
  const ratio = figures.python / figures.gait;
  const starts = figures.unzip / figures.gait;
  const grown = figures.gait / figures.tenthOfThem;
  const own = secondsText(figures.gait);
  return [
    {
      work: `verify ${figures.packs} signed packs of 3 KB`,
      own: `${own}; on one thread: ${secondsText(figures.oneThread)}`,
      peer: `one python3, zipfile + hashlib + json, no signature: ${secondsText(figures.python)}; as many starts of \`unzip -tq\`: ${secondsText(figures.unzip)}`,
      result: `${times(ratio)}; ${times(starts)}`,
      goal: ">= 1.5x; >= 6x",
      isMet: ratio >= 1.5 && starts >= 6,
    },
    {
      work: "10 times the packs",
      own,
      peer: `itself, a tenth: ${secondsText(figures.tenthOfThem)}`,
      result: `${times(grown)} the time`,
      goal: "<= 11.5x the time",
      isMet: grown <= 11.5,
    },
  ];
}

function record(scene: Scene): Row[] {
  const { sizes, gait, folder } = scene;
  scene.recordInput("run.json", sizes.recordedIntents, "document");
  const command = [gait, "run", "record", "--input", "run.json", "--force"];
  const { own, peer, ratio } = compare(
    command,
    scene.python("peer.py", "record", "run.json", "peer.zip"),
    folder,
    Math.min(3, sizes.runs),
    () => scene.remove("gait-out"),
  );
  scene.remove("run.json", "peer.zip", "gait-out");
  const row = {
    work: `record ${sizes.recordedIntents} intents and results`,
    own: shown(own),
    peer: `python json + hashlib + zipfile: ${secondsText(peer.seconds)}`,
    result: times(ratio),
    goal: ">= 2x, under 1 GB",
    isMet: ratio >= 2 && own.megabytes < 1000,
  };
  return [row, recordRaw(scene)];
}

/** Of each content some 40 MB: the worst counts. */
function recordRaw(scene: Scene): Row {
  const { sizes, gait, folder } = scene;
  const measured = BENCH_CONTENTS.map((content) => {
    const intents = Math.round((sizes.recordedIntents / 200_000) * RAW_INTENTS[content]);
    scene.recordInput("run.json", intents, "document", content);
    const command = [gait, "run", "record", "--input", "run.json", "--force", "--capture-mode", "raw"];
    const python = scene.python("peer.py", "record-raw", "run.json", "peer.zip");
    const compared = compare(command, python, folder, Math.min(3, sizes.runs), () => scene.remove("gait-out"));
    scene.remove("run.json", "peer.zip", "gait-out");
    return { content, ...compared };
  });
  const worst = worstOf(measured);
  const all = measured.map(({ content, ratio }) => `${content} ${times(ratio)}`).join(", ");
  return {
    work: `record raw, ${BENCH_CONTENTS.join(", ")}: the worst, ${worst.content}`,
    own: shown(worst.own),
    peer: `python json + hashlib + zipfile, deflate 6: ${secondsText(worst.peer.seconds)}`,
    result: `${times(worst.ratio)} (${all})`,
    goal: ">= 2x",
    isMet: worst.ratio >= 2,
  };
}

/** `jq` only reads and writes JSON. The worst of two formats counts. */
function transcripts(scene: Scene): Row {
  const { sizes, gait, folder } = scene;
  const measured = (["claude-code", "codex"] as const).map((format) => {
    scene.transcript("transcript.jsonl", sizes.transcript, format);
    const command = [gait, "run", "import", "transcript.jsonl", "--quiet"];
    const jq = ["jq", "-c", ".", "transcript.jsonl"];
    const compared = compare(command, jq, folder, Math.min(3, sizes.runs), () => scene.remove("gait-out"));
    scene.remove("transcript.jsonl", "gait-out");
    return { format, ...compared };
  });
  const worst = worstOf(measured);
  const megabytes = Math.max(...measured.map(({ own }) => own.megabytes));
  return {
    work: `import a transcript of ${sizes.transcript} MB: the worst, ${worst.format}`,
    own: `${shown(worst.own)}, ${rate(sizes.transcript * 1e6, worst.own.seconds)}`,
    peer: `\`jq -c .\` of the file: ${secondsText(worst.peer.seconds)}`,
    result: `${times(worst.ratio)} (${measured.map(({ format, ratio }) => `${format} ${times(ratio)}`).join(", ")})`,
    goal: ">= 4x, under 200 MB",
    isMet: worst.ratio >= 4 && megabytes < 200,
  };
}

function memory(scene: Scene): Row[] {
  const { sizes, gait, folder } = scene;
  const peaks = (bytes: number): { verify: number; build: number; ratio: number; seconds: number; peer: number } => {
    scene.make("runpack", scene.smallRunpack, "large.zip", bytes);
    const copied = run(["sh", "-c", "cp large.zip copy.zip && sha256sum copy.zip"], folder).seconds;
    scene.remove("copy.zip");
    const build = run([gait, "pack", "build", "--from", "./large.zip", "--out", "pack.zip", "--force"], folder);
    scene.remove("large.zip");
    const verify = run([gait, "pack", "verify", "pack.zip"], folder);
    scene.remove("pack.zip");
    const { megabytes, seconds } = build;
    return { verify: verify.megabytes, build: megabytes, ratio: seconds / copied, seconds, peer: copied };
  };
  const smaller = peaks(sizes.smallBytes);
  const larger = peaks(sizes.largeBytes);
  const mib = (bytes: number): string => `${bytes / 2 ** 20} MiB`;
  const building: Row = {
    work: `build a pack of a runpack of ${mib(sizes.largeBytes)}`,
    own: secondsText(larger.seconds),
    peer: `\`cp\` and \`sha256sum\` of it: ${secondsText(larger.peer)}`,
    result: `${times(larger.ratio)} its time`,
    goal: "<= 2.5x its time",
    isMet: larger.ratio <= 2.5,
  };
  const rows = (["verify", "build"] as const).map((work) => ({
    work: `memory of \`pack ${work}\`, ${mib(sizes.largeBytes)} in a runpack in a pack`,
    own: `${larger[work].toFixed(0)} MB`,
    peer: `itself, ${mib(sizes.smallBytes)}: ${smaller[work].toFixed(0)} MB`,
    result: `${(larger[work] - smaller[work]).toFixed(0)} MB more`,
    goal: "within 20 MB, under 150 MB",
    isMet: larger[work] - smaller[work] <= 20 && larger[work] < 150,
  }));
  return [building, ...rows];
}

/** Ten times the work in at most ten times the time and 15% more. */
function growth(scene: Scene): Row[] {
  const { sizes, gait, folder, smallPack } = scene;
  const row = (what: string, make: (times: number) => void, command: string[]): Row => {
    make(1);
    const less = measure(command, folder, 5);
    make(10);
    const more = measure(command, folder, Math.min(3, sizes.runs));
    const grown = more.seconds / less.seconds;
    return {
      work: `10 times the ${what}`,
      own: shown(more),
      peer: `itself, a tenth: ${shown(less)}`,
      result: `${times(grown)} the time`,
      goal: "<= 11.5x the time",
      isMet: grown <= 11.5,
    };
  };
  const rows = [
    row("content", (factor) => scene.make("pack", smallPack, "grown.zip", 1, sizes.growthBytes * factor), [
      gait,
      "verify",
      "./grown.zip",
    ]),
    row("entries", (factor) => scene.make("pack", smallPack, "grown.zip", sizes.growthEntries * factor, 100), [
      gait,
      "verify",
      "./grown.zip",
    ]),
  ];
  scene.remove("grown.zip");
  return rows;
}
