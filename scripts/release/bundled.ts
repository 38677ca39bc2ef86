/** The contents of the executable besides gait's own code, as the bundler lists them, and their licences. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import lock from "../../package-lock.json" with { type: "json" };
import { ENTRY_POINTS } from "../bundle.ts";
import { BUN_PARTS } from "./bun-part.ts";

const ROOT = dirname(dirname(import.meta.dir));

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-<base64>` of the npm package. */
  readonly integrity: string;
  /** SPDX identifier, or the name of a licence without one. */
  readonly licence: string;
  readonly licenceText: string;
}

/** Licences that a package's own `package.json` does not name by an SPDX identifier. */
const LICENCES: Readonly<Record<string, string>> = {
  "dejavu-fonts-ttf": "DejaVu Fonts License (Bitstream Vera, Arev)",
  // Its LICENSE is the MIT licence, its package.json names none.
  "png-js": "MIT",
};

/** For packages with no text of their own: a file in `licences/`. */
const LICENCE_FILES: Readonly<Record<string, string>> = { "@bufbuild/protobuf": "bufbuild-protobuf.txt" };

/** Every package with at least one file in the bundle, in order of name and version. */
export function bundledPackages(): BundledPackage[] {
  const folder = mkdtempSync(join(tmpdir(), "gait-bundle-"));
  try {
    const metafile = join(folder, "meta.json");
    const command = ["build", "--target=bun", "--format=esm", "--splitting", `--outdir=${folder}/out`];
    const { exitCode, stderr } = Bun.spawnSync(
      [process.execPath, ...command, `--metafile=${metafile}`, ...ENTRY_POINTS],
      { cwd: ROOT },
    );
    if (exitCode !== 0) throw new Error(`the bundle can't be listed\n${stderr}`);
    const { inputs } = JSON.parse(readFileSync(metafile, "utf8")) as { inputs: Record<string, unknown> };
    const paths = new Set<string>();
    for (const input of Object.keys(inputs)) {
      const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input.replaceAll("\\", "/"));
      if (found !== null) paths.add(found[0]);
    }
    return [...paths]
      .map(packageAt)
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      .filter(isFirstOfItsKind);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function keyOf({ name, version }: BundledPackage): string {
  return `${name}@${version}`;
}

function isFirstOfItsKind(item: BundledPackage, index: number, all: readonly BundledPackage[]): boolean {
  return all.findIndex((other) => keyOf(other) === keyOf(item)) === index;
}

function packageAt(path: string): BundledPackage {
  const folder = join(ROOT, path);
  const { name, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const packages: Record<string, { version?: string; integrity?: string }> = lock.packages;
  const { version, integrity } = packages[path] ?? {};
  const licence = LICENCES[name] ?? license;
  if (version === undefined || integrity === undefined) throw new Error(`${path} is not in package-lock.json`);
  if (typeof licence !== "string") throw new Error(`${path} names no licence: put it into scripts/release/bundled.ts`);
  return { name, version, integrity, licence, licenceText: licenceTextOf(folder, name, licence) };
}

/** The package's own text; a few only name the licence in their README. */
function licenceTextOf(folder: string, name: string, licence: string): string {
  const ours = LICENCE_FILES[name];
  if (ours !== undefined) return readFileSync(join(import.meta.dir, "licences", ours), "utf8").trim();
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length > 0)
    return files
      .sort()
      .map((file) => readFileSync(join(folder, file), "utf8").trim())
      .join("\n\n");
  const readme = readdirSync(folder).find((file) => /^readme/i.test(file));
  const section = /^#+ *licen[cs]e\s.*$/ims.exec(
    readme === undefined ? "" : readFileSync(join(folder, readme), "utf8"),
  );
  const words = section?.[0].trim() ?? "Its package has no text of the licence.";
  if (licence !== "MIT") throw new Error(`${folder} has no text of its licence ${licence}`);
  return `${words}\n\n${MIT}`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** `LICENCES.txt`: gait's own, Bun's and its parts', and those of every package in the executable. */
export function licencesText(packages: readonly BundledPackage[], bunVersion: string): string {
  const own = readFileSync(join(ROOT, "LICENSE"), "utf8").trim();
  const lgpl = readFileSync(join(import.meta.dir, "licences/LGPL-2.1.txt"), "utf8").trim();
  const parts = BUN_PARTS.map(({ name, licence, source }) => `- ${name}: ${licence}, ${source}`).join("\n");
  const sections = [
    ["gait: Apache-2.0 (Bun's parts under Apache-2.0 have the same text)", own],
    [
      `Bun ${bunVersion}: MIT`,
      `Copyright (c) Oven and the authors of Bun, https://github.com/oven-sh/bun\n\n${MIT}\n\nBun has these parts linked into it. ` +
        `Their texts and sources are where each line says; how Bun\nis built with other versions of the libraries under the LGPL is described in Bun's repository.\n\n${parts}`,
    ],
    ["GNU Lesser General Public License 2.1, for JavaScriptCore and TinyCC", lgpl],
    ...packages.map(({ name, version, licence, licenceText }) => [`${name} ${version}: ${licence}`, licenceText]),
  ];
  const rule = "=".repeat(80);
  return sections.map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`).join("\n");
}
