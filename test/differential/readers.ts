/** Other readers of archives, each of which reads a list of files in one process and says what is in them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Reader {
  readonly name: string;
  /** Undefined where the program or library is not on this machine. */
  readonly command: readonly string[] | undefined;
}

/** What a reader says of one file: its entries with the SHA-256 of their content, or that it failed. */
export interface Answer {
  readonly path: string;
  readonly entries?: readonly (readonly [name: string, sha256: string])[];
  readonly error?: string;
}

const FOLDER = join(import.meta.dir, "readers");
const LIBRARIES = [
  "fflate@0.8.3",
  "unzipper@0.12.5",
  "node-stream-zip@1.16.0",
  "extract-zip@2.0.1",
  "yauzl@3.2.0",
  "jszip@3.10.1",
  "adm-zip@0.5.16",
];
const NPM = [
  "fflate",
  "fflate stream",
  "unzipper",
  "unzipper stream",
  "node-stream-zip",
  "extract-zip",
  "yauzl",
  "jszip",
  "adm-zip",
];
const PROGRAMS = [
  ["unzip", "unzip"],
  ["busybox", "busybox"],
  ["7zz", "7zz"],
  ["bsdtar", "bsdtar"],
  ["bsdtar pipe", "bsdtar"],
  ["miniunzip", "miniunzip"],
] as const;

/** The readers of this machine; those of npm are installed in a temporary folder. */
export function readers(): Reader[] {
  const modules = mkdtempSync(join(tmpdir(), "gait-readers-"));
  writeFileSync(join(modules, "package.json"), "{}");
  const installed =
    Bun.spawnSync(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", ...LIBRARIES], { cwd: modules })
      .exitCode === 0;
  const script = (tool: string, ...command: string[]): string[] | undefined =>
    Bun.which(tool) === null ? undefined : command;
  return [
    { name: "python zipfile", command: script("python3", "python3", join(FOLDER, "read.py")) },
    { name: "rubyzip", command: script("ruby", "ruby", join(FOLDER, "read.rb")) },
    { name: "libzip (PHP)", command: script("php", "php", join(FOLDER, "read.php")) },
    { name: "perl IO::Uncompress::Unzip", command: script("perl", "perl", join(FOLDER, "read.pl")) },
    { name: "Java ZipFile", command: script("java", "java", join(FOLDER, "Read.java"), "file") },
    { name: "Java ZipInputStream", command: script("java", "java", join(FOLDER, "Read.java"), "stream") },
    { name: "Go archive/zip", command: script("go", "go", "run", join(FOLDER, "read.go")) },
    ...PROGRAMS.map(([name, tool]) => ({ name, command: script(tool, "sh", join(FOLDER, "extract.sh"), name) })),
    ...NPM.map((name) => ({
      name: `npm ${name}`,
      command: installed ? script("node", "node", join(FOLDER, "read.mjs"), name, modules) : undefined,
    })),
  ];
}

export function readAll(command: readonly string[], paths: readonly string[]): Answer[] {
  const { stdout } = Bun.spawnSync([...command], { stdin: Buffer.from(`${paths.join("\n")}\n`), stderr: "ignore" });
  return stdout
    .toString()
    .trim()
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as Answer];
      } catch {
        return [];
      }
    });
}
