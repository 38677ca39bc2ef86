// Verifies a pack in Node: node node/verify.mjs PACK [PUBLIC_KEY]
import { openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { GaitError, verify } from "gait";

const [path, keyPath] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node node/verify.mjs PACK [PUBLIC_KEY]");
  process.exit(64);
}

try {
  // A Blob is read in pieces, so the pack may be larger than memory.
  const pack = await openAsBlob(path);
  const keys = keyPath === undefined ? [] : [await readFile(keyPath, "utf8")];
  const { verdict, reason, findings } = await verify(pack, { keys });
  console.log(`${verdict}  ${path}: ${reason}`);
  for (const { code, message } of findings) console.log(`  ${code}  ${message}`);
  process.exitCode = verdict === "failed" ? 2 : 0;
} catch (error) {
  // Bad evidence is a verdict. What is thrown is a file that is not an archive, or a bad key.
  if (!(error instanceof GaitError)) throw error;
  console.error(`${error.code}  ${error.message}`);
  process.exitCode = 6;
}
