// Ends a recording, and writes its pack.
import { writeFile } from "node:fs/promises";
import { buildPack, verify } from "gait";

export async function writePack(run) {
  const runpack = await run.finish();
  const { bytes } = await buildPack(runpack.bytes);
  const path = `${run.runId}.zip`;
  await writeFile(path, bytes);
  const { verdict } = await verify(bytes);
  console.log(`${verdict}  ${path}: ${runpack.intents} calls, ${runpack.results} answers`);
  for (const warning of runpack.warnings) console.log(`warning: ${warning}`);
}
