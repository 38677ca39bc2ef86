/** The rows that have a goal, in the order of its table. Each makes its inputs and removes them. */
import { measureMany } from "./many.ts";
import { compare, measure, type Row, rate, run, secondsText, shown } from "./measure.ts";
import type { Scene } from "./scene.ts";

export const GOALS: readonly ((scene: Scene) => Row | readonly Row[])[] = [
  stored,
  lines,
  parts,
  small,
  many,
  record,
  memory,
  growth,
];

function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}

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
    goal: ">= 0.85 of it",
    isMet: ratio >= 0.85,
  };
}

/** The intents of a run, so every line is proven to be strict JSON that fits its schema, which the peer does not do. */
function lines(scene: Scene): Row {
  const { sizes, gait, folder } = scene;
  scene.recordInput("lines", sizes.lines, "lines");
  run([gait, "run", "record", "--run-id", "lines", "--intents", "lines", "--capture-mode", "raw"], folder);
  const path = "./gait-out/runpack_lines.zip";
  const { own, peer, ratio } = compare(
    [gait, "verify", path],
    scene.python("peer.py", "verify", path),
    folder,
    sizes.runs,
  );
  const bytes = entryBytes(scene, path, "intents.jsonl");
  scene.remove("gait-out");
  return {
    work: `verify one deflated JSONL entry of ${(bytes / 1e6).toFixed(0)} MB, every line checked`,
    own: `${shown(own)}, ${rate(bytes, own.seconds)}`,
    peer: `python zipfile + hashlib, no JSON: ${secondsText(peer.seconds)}`,
    result: times(ratio),
    goal: ">= 1.4x",
    isMet: ratio >= 1.4,
  };
}

/** Entries that are hashed only, eight against one: `lines` is left by the row before. */
function parts(scene: Scene): Row {
  const { sizes, gait, folder } = scene;
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
    work: "verify such lines as 8 declared entries, 2 cores",
    own: shown(own),
    peer: `itself, as one entry: ${secondsText(peer.seconds)}`,
    result: times(ratio),
    goal: ">= 1.7x",
    isMet: ratio >= 1.7,
  };
}

function small(scene: Scene): Row {
  const { own, peer, ratio } = compare([scene.gait, "verify", scene.smallPack], [scene.bareBinary()], scene.folder, 41);
  return {
    work: "verify a pack of 3 KB, start included",
    own: shown(own),
    peer: `a bare Bun binary: ${secondsText(peer.seconds)}`,
    result: `${times(1 / ratio)} its time`,
    goal: "<= 4x its time",
    isMet: 1 / ratio <= 4,
  };
}

/** Also measures growth with the number of packs. */
function many({ gait, sizes }: Scene): Row[] {
  const figures = measureMany(gait, sizes.packs, Math.min(3, sizes.runs));
  const ratio = figures.unzip / figures.gait;
  const grown = figures.gait / figures.tenthOfThem;
  const own = secondsText(figures.gait);
  return [
    {
      work: `verify ${figures.packs} signed packs of 3 KB`,
      own: `${own}; on one thread: ${secondsText(figures.oneThread)}`,
      peer: `as many starts of \`unzip -tq\`: ${secondsText(figures.unzip)}`,
      result: times(ratio),
      goal: ">= 10x",
      isMet: ratio >= 10,
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
  const raw = measure([...command, "--capture-mode", "raw"], folder, 1);
  scene.remove("run.json", "peer.zip", "gait-out");
  const work = `record ${sizes.recordedIntents} intents and results`;
  return [
    {
      work,
      own: shown(own),
      peer: `python json + hashlib + zipfile: ${secondsText(peer.seconds)}`,
      result: times(ratio),
      goal: ">= 2x, under 1 GB",
      isMet: ratio >= 2 && own.megabytes < 1000,
    },
    { work: `${work}, raw`, own: shown(raw), peer: "", result: "", goal: "", isMet: undefined },
  ];
}

function memory(scene: Scene): Row[] {
  const { sizes, gait, folder } = scene;
  const peaks = (bytes: number): { verify: number; build: number } => {
    scene.make("runpack", scene.smallRunpack, "large.zip", bytes);
    const build = run([gait, "pack", "build", "--from", "./large.zip", "--out", "pack.zip", "--force"], folder);
    scene.remove("large.zip");
    const verify = run([gait, "pack", "verify", "pack.zip"], folder);
    scene.remove("pack.zip");
    return { verify: verify.megabytes, build: build.megabytes };
  };
  const smaller = peaks(sizes.smallBytes);
  const larger = peaks(sizes.largeBytes);
  const mib = (bytes: number): string => `${bytes / 2 ** 20} MiB`;
  return (["verify", "build"] as const).map((work) => ({
    work: `memory of \`pack ${work}\`, ${mib(sizes.largeBytes)} in a runpack in a pack`,
    own: `${larger[work].toFixed(0)} MB`,
    peer: `itself, ${mib(sizes.smallBytes)}: ${smaller[work].toFixed(0)} MB`,
    result: `${(larger[work] - smaller[work]).toFixed(0)} MB more`,
    goal: "within 20 MB, under 150 MB",
    isMet: larger[work] - smaller[work] <= 20 && larger[work] < 150,
  }));
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

function entryBytes({ folder }: Scene, path: string, name: string): number {
  const script = `import zipfile; print(zipfile.ZipFile("${path}").getinfo("${name}").file_size)`;
  return Number(run(["python3", "-c", script], folder, "pipe").text);
}
