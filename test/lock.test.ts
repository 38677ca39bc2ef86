/** package-lock.json is enough to install from on a fresh machine of any platform. */
import { describe, expect, test } from "bun:test";
import packageJson from "../package.json" with { type: "json" };
import lock from "../package-lock.json" with { type: "json" };

interface Locked {
  version?: string;
  integrity?: string;
  optionalDependencies?: Record<string, string>;
}

const packages: Record<string, Locked> = lock.packages;

describe("package-lock.json", () => {
  test("locks every package by version and digest", () => {
    const loose = Object.entries(packages).filter(
      ([path, { version, integrity }]) =>
        path !== "" && (version === undefined || integrity?.startsWith("sha512-") !== true),
    );
    expect(loose).toEqual([]);
  });

  test("locks the binaries of every platform: npm ci refuses a lock file without them", () => {
    const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(wanted.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([]);
  });

  test("package.json names exact versions", () => {
    const versions = Object.values({ ...packageJson.dependencies, ...packageJson.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/.test(version))).toEqual([]);
  });
});
