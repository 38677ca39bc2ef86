/** The bill of materials, CycloneDX 1.6 in JSON. It uses no clock and no randomness: same release, same bytes. */
import { createHash } from "node:crypto";
import { lockedPackage } from "./base.ts";
import { BUN_PARTS } from "./bun-part.ts";
import type { BundledPackage } from "./bundled.ts";
import { TARGETS } from "./target.ts";

export interface Executable {
  readonly file: string;
  readonly sha256: string;
}

export function sbomText(release: {
  readonly version: string;
  readonly builtAt: string;
  readonly bunVersion: string;
  readonly packages: readonly BundledPackage[];
  readonly executables: readonly Executable[];
}): string {
  const gait = `pkg:npm/gait@${release.version}`;
  const bun = `pkg:npm/bun@${release.bunVersion}`;
  const packages = release.packages.map(packageComponent);
  const bases = TARGETS.map(({ base }) => {
    const { version, integrity } = lockedPackage(base);
    return {
      type: "platform",
      ...identified(base, version),
      hashes: [sha512(integrity)],
      licenses: [{ license: { id: "MIT" } }],
    };
  });
  const parts = BUN_PARTS.map(({ name, licence, source }) => ({
    type: "library",
    "bom-ref": `bun-part:${name}`,
    name,
    licenses: [{ license: { name: licence } }],
    externalReferences: [{ type: "distribution", url: source }],
  }));
  const executables = release.executables.map(({ file, sha256 }) => ({
    type: "file",
    "bom-ref": `file:${file}`,
    name: file,
    hashes: [{ alg: "SHA-256", content: sha256 }],
  }));
  const bom = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: release.builtAt,
      lifecycles: [{ phase: "build" }],
      component: {
        type: "application",
        "bom-ref": gait,
        name: "gait",
        version: release.version,
        purl: gait,
        licenses: [{ license: { id: "Apache-2.0" } }],
        components: executables,
      },
    },
    components: [
      {
        type: "framework",
        ...identified("bun", release.bunVersion),
        licenses: [{ license: { id: "MIT" } }],
        components: parts,
      },
      ...bases,
      ...packages,
    ],
    dependencies: [
      { ref: gait, dependsOn: [bun, ...[...bases, ...packages].map((component) => component["bom-ref"])] },
      { ref: bun, dependsOn: parts.map((part) => part["bom-ref"]) },
    ],
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bom))}`;
  return `${JSON.stringify({ ...bom, serialNumber }, undefined, 2)}\n`;
}

function packageComponent({ name, version, integrity, licence }: BundledPackage) {
  const isSpdx = /^[A-Za-z0-9.+-]+$/.test(licence);
  return {
    type: "library",
    ...identified(name, version),
    hashes: [sha512(integrity)],
    licenses: [{ license: isSpdx ? { id: licence } : { name: licence } }],
  };
}

/** Package URL: the `@` of a scope is written as %40. */
function identified(name: string, version: string): { "bom-ref": string; name: string; version: string; purl: string } {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { "bom-ref": purl, name, version, purl };
}

function sha512(integrity: string): { alg: "SHA-512"; content: string } {
  return { alg: "SHA-512", content: Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex") };
}

/** A UUID of version 8 (RFC 9562): derived from the bill's content. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
