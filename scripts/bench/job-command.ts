/** One more event of a long job, beside a program that does the least: it appends a line and syncs it. */
import { compare, type Row, run, secondsText, shown, times } from "./measure.ts";
import type { Scene } from "./scene.ts";

const APPEND = `import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
const fd = openSync("appended.jsonl", "a");
writeSync(fd, "x".repeat(400) + "\\n");
fsyncSync(fd);
closeSync(fd);
`;

export function jobCommand(scene: Scene): Row {
  const { gait, folder, sizes } = scene;
  scene.longJob("jobs/long", sizes.jobEvents);
  const words = "job checkpoint add --id long --root jobs --type progress --summary another".split(" ");
  // The first replays the log, which no command has checked yet.
  run([gait, ...words], folder);
  const { own, peer, ratio } = compare([gait, ...words], [scene.bareBinary(APPEND)], folder, 21);
  scene.remove("jobs", "appended.jsonl");
  return {
    work: `\`job checkpoint add\` at ${sizes.jobEvents} events`,
    own: shown(own),
    peer: `append and fsync by a bare Bun binary: ${secondsText(peer.seconds)}`,
    result: `${times(1 / ratio)} its time`,
    goal: "<= 3x its time",
    isMet: 1 / ratio <= 3,
  };
}
