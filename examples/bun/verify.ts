// Verifies a pack in Bun and requires the signature: bun bun/verify.ts PACK PUBLIC_KEY
import { verify } from "gait";

const [path, keyPath] = process.argv.slice(2);
if (path === undefined || keyPath === undefined) {
  console.error("usage: bun bun/verify.ts PACK PUBLIC_KEY");
  process.exit(64);
}

// `Bun.file` is a Blob: it is read in pieces.
const report = await verify(Bun.file(path), {
  keys: [await Bun.file(keyPath).text()],
  requireSignature: true,
});
console.log(`${report.verdict}  ${path}: ${report.reason}`);
for (const { code, message } of report.findings) console.log(`  ${code}  ${message}`);
process.exitCode = report.verdict === "authentic" ? 0 : 2;
