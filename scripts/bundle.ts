/**
 * The bundler's part of `build.ts`: `scripts/bundle.ts JSON`, which holds an `Executable`. A separate process, so that
 * the schemas that become data are those of the current source.
 */
import { schemaLiterals } from "./schema-literals.ts";

export interface Executable {
  readonly define: Readonly<Record<string, string>>;
  /** Without a target this machine's; the path is that of the Bun that it is put into. */
  readonly compile: Pick<Bun.CompileBuildOptions, "outfile" | "target" | "executablePath">;
}

/** The program, and everything else that must be in the executable as a separate file (workers). */
export const ENTRY_POINTS = ["src/cli/start.ts", "src/host/packs/worker.ts"];

export const SETTINGS = {
  target: "bun",
  // Start-up: no parsing, and only the imports of the current command.
  bytecode: true,
  format: "esm",
  splitting: true,
  // Names are kept: stack traces and errors need them.
  minify: { syntax: true, whitespace: true, identifiers: false },
  // The caller's NODE_ENV must not select code paths.
  define: { "process.env.NODE_ENV": '"production"' },
  compile: {
    // The folder that the program is run in may be hostile: nothing in it is loaded. By default a `bunfig.toml` there
    // would run its preload, and a `.env` would set variables.
    autoloadDotenv: false,
    autoloadBunfig: false,
    autoloadTsconfig: false,
    autoloadPackageJson: false,
    // Compiling code that runs once took a quarter of a small verification. `src/cli/main.ts` ends it.
    jitPolicy: 20,
  },
} as const;

async function bundle({ define, compile }: Executable): Promise<void> {
  const { success, logs } = await Bun.build({
    ...SETTINGS,
    entrypoints: ENTRY_POINTS,
    define: { ...SETTINGS.define, ...define },
    compile: { ...SETTINGS.compile, ...compile },
    plugins: [schemaLiterals],
  });
  if (!success) throw new AggregateError(logs, "the bundle failed");
}

if (import.meta.main) {
  try {
    await bundle(JSON.parse(process.argv[2] ?? "") as Executable);
  } catch (error) {
    const each = error instanceof AggregateError ? [error.message, ...error.errors] : [error];
    process.stderr.write(`${each.join("\n")}\n`);
    process.exitCode = 1;
  }
}
