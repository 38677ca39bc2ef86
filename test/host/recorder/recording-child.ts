/** A program that records, for the tests that kill it: prints each call's id once it is recorded. */
import { writeSync } from "node:fs";
import { createLog } from "../../../src/host/recorder/file-log.ts";
import { recorder } from "../../core/recorder/recording.ts";

const [path = "", count = "1000000"] = process.argv.slice(2);
const run = recorder({ log: createLog(path), captureMode: "raw" });
for (let n = 1; n <= Number(count); n += 1) {
  const { intentId } = run.intent("tool", { text: "x".repeat(n % 3000) });
  writeSync(1, `${intentId}\n`);
}
const { intents, warnings } = await run.finish();
writeSync(1, `${JSON.stringify({ intents, warnings })}\n`);
