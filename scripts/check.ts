/** All checks that don't run the program: `npm run check`. Each check that fails is named at the end. */
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { faultText, roomFaults, roomFiles } from "./check/rooms.ts";

const ROOT = dirname(import.meta.dir);
const MODULES = join(ROOT, "node_modules");

interface Check {
  readonly name: string;
  readonly command: readonly string[];
}

// The launchers of npm packages are run by Bun itself, so that no Node is needed behind `scripts/bun.mjs`.
const TSC = [process.execPath, join(MODULES, "typescript/bin/tsc")];

const CHECKS: readonly Check[] = [
  { name: "types", command: [...TSC, "-p", "tsconfig.json"] },
  // Without the types of Bun and Node: core and schema run in a browser.
  { name: "types of core and schema", command: [...TSC, "-p", "src/core/tsconfig.json"] },
  { name: "types of the viewer", command: [...TSC, "-p", "src/viewer/tsconfig.json"] },
  {
    name: "lint, format and layers",
    command: [
      process.execPath,
      join(MODULES, "@biomejs/biome/bin/biome"),
      "check",
      "--error-on-warnings",
      "--max-diagnostics=200",
    ],
  },
  { name: "published schemas", command: [process.execPath, "scripts/schemas.ts", "--check"] },
  { name: "generated docs", command: [process.execPath, "scripts/docs.ts", "--check"] },
  { name: "generated validators", command: [process.execPath, "scripts/validators.ts", "--check"] },
  { name: "compiled proof of lines", command: [process.execPath, "scripts/line-proof.ts", "--check"] },
  { name: "citations", command: [process.execPath, "scripts/check/citations.ts"] },
  { name: "paths in documents and comments", command: [process.execPath, "scripts/check/named-paths.ts"] },
];

const failed: string[] = [];

for (const { name, command } of CHECKS) {
  // Output goes to this process's streams as it arrives.
  const { exitCode } = Bun.spawnSync([...command], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  report(name, exitCode === 0);
}

const faults = roomFaults(await roomFiles(ROOT));
for (const fault of faults) process.stderr.write(`${faultText(fault)}\n`);
report("rooms", faults.length === 0);

report("browser build of the verifier", await buildsForBrowser("src/core/verify/verify.ts"));
report("browser build of the self-test", await buildsForBrowser("src/core/selftest/selftest.ts"));

if (failed.length > 0) {
  process.stderr.write(`\nfailed: ${failed.join(", ")}\n`);
  process.exitCode = 1;
}

function report(name: string, ok: boolean): void {
  process.stderr.write(`${ok ? "ok    " : "FAILED"}  ${name}\n`);
  if (!ok) {
    failed.push(name);
  }
}

/** Whether a module and all its imports can be bundled for a browser, without a module of Node or Bun. */
async function buildsForBrowser(path: string): Promise<boolean> {
  const foreign: string[] = [];
  try {
    await Bun.build({
      entrypoints: [join(ROOT, path)],
      target: "browser",
      plugins: [
        {
          name: "modules that no browser has",
          // A browser build silently replaces them with stand-ins, some empty.
          setup(bundler) {
            bundler.onResolve({ filter: new RegExp(`^(node:|bun:|bun$|(${builtinModules.join("|")})$)`) }, (module) => {
              // The stand-ins import each other; what matters is the importer of the first.
              if (!module.importer.startsWith("/bun-vfs")) {
                foreign.push(`${module.importer} imports ${module.path}`);
              }
              return undefined;
            });
          },
        },
      ],
    });
  } catch (error) {
    foreign.push(error instanceof AggregateError ? error.errors.join("\n") : String(error));
  }
  for (const line of foreign) {
    process.stderr.write(`${line}\n`);
  }
  return foreign.length === 0;
}
