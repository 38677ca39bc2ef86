/** The parts of a release: the inputs are locked, and the outputs can be checked by others. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { assertIntegrity, lockedPackage, tarEntry } from "../../scripts/release/base.ts";
import { bundledPackages, licencesText } from "../../scripts/release/bundled.ts";
import { sbomText } from "../../scripts/release/sbom.ts";
import { signSums, sumsText, writePublicKey } from "../../scripts/release/sums.ts";
import { fileName, TARGETS } from "../../scripts/release/target.ts";
import { releaseNotes } from "../../scripts/release.ts";
import { loadPrivateKey } from "../../src/host/keys.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { bash } from "../e2e/gait.ts";
import { keyPath } from "../go-vectors.ts";

const ROOT = join(import.meta.dir, "../..");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-release-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("targets", () => {
  test("each has a locked base", () => {
    for (const { base } of TARGETS) expect(lockedPackage(base).integrity).toStartWith("sha512-");
  });
  test("file names", () => {
    expect(TARGETS.map((target) => fileName(target, "1.2.3"))).toContain("gait-1.2.3-linux-x64-musl");
    expect(TARGETS.map((target) => fileName(target, "1.2.3"))).toContain("gait-1.2.3-windows-arm64.exe");
  });
  test("a base with one byte changed is refused", () => {
    const integrity = `sha512-${new Bun.CryptoHasher("sha512").update("base").digest("base64")}`;
    const locked = { version: "1.0.0", integrity };
    expect(() => assertIntegrity(new TextEncoder().encode("base"), "a", locked)).not.toThrow();
    expect(() => assertIntegrity(new TextEncoder().encode("Base"), "a", locked)).toThrow("a is not what package-lock");
  });
  test("a package that is not locked is refused", () => {
    expect(() => lockedPackage("@oven/bun-plan9")).toThrow("no version and SHA-512 of @oven/bun-plan9");
  });
});

describe("tar", () => {
  test("finds an entry after others; a truncated archive is refused", () => {
    mkdirSync(join(folder, "package/bin"), { recursive: true });
    writeFileSync(join(folder, "package/README.md"), "x".repeat(700));
    writeFileSync(join(folder, "package/bin/bun"), "program");
    expect(bash("tar --format=ustar -cf a.tar package/README.md package/bin/bun", { cwd: folder }).exit).toBe(0);
    const archive = new Uint8Array(readFileSync(join(folder, "a.tar")));
    expect(new TextDecoder().decode(tarEntry(archive, "package/bin/bun"))).toBe("program");
    expect(tarEntry(archive, "package/bin/node")).toBeUndefined();
    expect(() => tarEntry(archive.subarray(0, 600), "package/bin/bun")).toThrow("damaged");
  });
});

describe("bill of materials", () => {
  const packages = bundledPackages();
  const release = { version: "1.2.3", builtAt: "2026-01-01T00:00:00Z", bunVersion: "1.4.5", packages, executables: [] };
  const text = sbomText({ ...release, executables: [{ file: "gait", sha256: "0".repeat(64) }] });

  test("fits the schema of CycloneDX 1.6, and one that does not is detected", () => {
    const fits = cycloneDx();
    expect(fits(JSON.parse(text)) ? [] : fits.errors).toEqual([]);
    expect(fits({ ...JSON.parse(text), serialNumber: "urn:uuid:1" })).toBeFalse();
    expect(fits({ ...JSON.parse(text), components: [{ name: "no type" }] })).toBeFalse();
  });

  test("is the same each time, and different for a different release", () => {
    expect(sbomText({ ...release, executables: [{ file: "gait", sha256: "0".repeat(64) }] })).toBe(text);
    expect(sbomText(release)).not.toBe(text);
  });

  test("names every package of the bundle with version, licence and hash, and a text for each licence", () => {
    const names = packages.map(({ name }) => name);
    for (const name of ["@zip.js/zip.js", "cac", "dejavu-fonts-ttf", "fontkit", "pdfkit", "typebox"]) {
      expect(names).toContain(name);
    }
    const { components } = JSON.parse(text) as {
      components: { name: string; hashes?: unknown[]; licenses: unknown[] }[];
    };
    for (const { name, integrity } of packages) {
      expect(integrity).toStartWith("sha512-");
      expect(components.find((item) => item.name === name)).toMatchObject({ licenses: [{}], hashes: [{}] });
    }
    const licences = licencesText(packages, "1.4.5");
    for (const { name, version, licence } of packages) expect(licences).toContain(`${name} ${version}: ${licence}\n`);
    expect(licences).toContain("GNU LESSER GENERAL PUBLIC LICENSE");
  });
});

describe("sums", () => {
  test("are checked by sha256sum and openssl, and a change is detected by both", async () => {
    const place = join(folder, "odd name'");
    mkdirSync(join(place, "schemas"), { recursive: true });
    writeFileSync(join(place, "gait"), "program");
    writeFileSync(join(place, "schemas/a.json"), "{}");
    const { signer } = await loadPrivateKey({ path: keyPath("test", "private") }, hostPlatform);
    writePublicKey(place, signer);
    writeFileSync(join(place, "SHA256SUMS"), sumsText(place));
    await signSums(place, signer);
    const verify =
      "openssl pkeyutl -verify -pubin -inkey gait_release_public.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig";
    expect(bash("sha256sum --check --strict SHA256SUMS", { cwd: place }).exit).toBe(0);
    expect(bash(verify, { cwd: place })).toMatchObject({ exit: 0, stdout: "Signature Verified Successfully\n" });
    // The signature covers exactly these bytes; the checksums cover exactly these files.
    writeFileSync(join(place, "gait"), "progrbm");
    expect(bash("sha256sum --check --strict SHA256SUMS", { cwd: place }).exit).toBe(1);
    writeFileSync(join(place, "SHA256SUMS"), sumsText(place));
    expect(bash(verify, { cwd: place }).exit).not.toBe(0);
  });
});

test("release notes are the version's own section", () => {
  const changelog = "# Changelog\n\n## 0.2.0\n\n- new\n\n## 0.1.0\n\n- first\n";
  expect(releaseNotes(changelog, "0.2.0")).toBe("# gait 0.2.0\n\n- new\n");
  expect(releaseNotes(changelog, "0.1.0")).toBe("# gait 0.1.0\n\n- first\n");
  expect(() => releaseNotes(changelog, "0.1")).toThrow('no section "## 0.1"');
});

function cycloneDx() {
  const schemas = join(dirname(Bun.resolveSync("@cyclonedx/cyclonedx-library/package.json", ROOT)), "res/schema");
  const read = (name: string): object =>
    JSON.parse(readFileSync(join(schemas, `${name}.SNAPSHOT.schema.json`), "utf8"));
  const ajv = new Ajv({ strict: false });
  addFormats(ajv);
  ajv.addFormat("iri-reference", true);
  ajv.addFormat("idn-email", true);
  for (const name of ["spdx", "jsf-0.82"])
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(read("bom-1.6"));
}
