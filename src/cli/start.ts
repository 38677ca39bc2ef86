/**
 * Where the executable starts. An agent waits for its hook, so that `gait capture hook` loads what it needs and no other
 * command; everything else is in `main.ts`.
 */
const [noun, verb, ...more] = process.argv.slice(2);

if (noun === "capture" && verb === "hook" && more.length === 0 && process.execArgv.length === 0) {
  const { hookAtOnce } = await import("./hook-at-once.ts");
  await hookAtOnce(process.env);
  process.exit(0);
}
await import("./main.ts");
