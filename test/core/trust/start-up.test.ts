/** Start-up is most of the time of a plain `pack verify`, and of a hook: each loads what it needs alone. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

const ROOT = join(import.meta.dir, "../../..");
const transpiler = new Bun.Transpiler({ loader: "ts" });

/** What loads with these files: static imports, followed; types are no imports. */
function loadedWith(roots: readonly string[]): string[] {
  const loaded = new Set<string>();
  const visit = (path: string): void => {
    if (loaded.has(path) || !path.endsWith(".ts")) return;
    loaded.add(path);
    const imports = transpiler.scanImports(readFileSync(join(ROOT, path), "utf8"));
    for (const { path: target, kind } of imports) {
      if (kind === "import-statement" && target.startsWith(".")) visit(posix.join(posix.dirname(path), target));
    }
  };
  for (const root of roots) visit(root);
  return [...loaded].sort();
}

const PLAIN = [
  "src/cli/start.ts",
  "src/cli/main.ts",
  "src/cli/commands/pack/verify.ts",
  "src/cli/commands/pack/many/verify-many.ts",
  "src/host/packs/worker.ts",
];

test("a plain verification, of one pack or many, loads nothing of trust", () => {
  const loaded = loadedWith(PLAIN);
  expect(loaded).toContain("src/core/verify/verify.ts");
  expect(loaded.filter((path) => path.startsWith("src/core/trust/") || path.startsWith("src/host/signing/"))).toEqual([
    "src/core/trust/sidecar-name.ts",
  ]);
});

test("one with a trust file does, so that the test above can fail", () => {
  expect(loadedWith(["src/core/verify/vouch.ts"])).toContain("src/core/trust/evaluate.ts");
});

test("what verifies with a trust file has no socket and no process", () => {
  const loaded = loadedWith([
    "src/core/verify/vouch.ts",
    "src/cli/flags/policy.ts",
    "src/host/packs/artifact-file.ts",
    ...PLAIN,
  ]);
  const texts = loaded.map((path) => [path, readFileSync(join(ROOT, path), "utf8")] as const);
  const reaching = texts.filter(([, text]) =>
    /from "node:(?:net|http|https|tls|dgram|child_process)"|\bfetch\(|Bun\.(?:spawn|connect)/.test(text),
  );
  expect(reaching.map(([path]) => path)).toEqual([]);
});

test("a hook loads nothing of the other commands", () => {
  expect(loadedWith(["src/cli/start.ts", "src/cli/hook-at-once.ts"])).toEqual([
    "src/cli/hook-at-once.ts",
    "src/cli/start.ts",
    "src/core/capture/line.ts",
    "src/core/text/run-id.ts",
    "src/host/capture/append.ts",
    "src/host/capture/clock.ts",
    "src/host/capture/folder.ts",
    "src/host/capture/hook.ts",
  ]);
});
