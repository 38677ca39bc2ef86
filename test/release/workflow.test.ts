/** The GitHub workflows run the same scripts as by hand, and no third-party code. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };

const ROOT = join(import.meta.dir, "../..");
const FOLDER = join(ROOT, ".github/workflows");

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, { steps: { uses?: string; run?: string; name: string }[] }>;
}

const workflows = readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), "utf8")] as const);

describe.each(workflows)("%s", (name, text) => {
  const { permissions, jobs } = Bun.YAML.parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  const scripts = steps.map(({ run }) => run ?? "").join("\n");

  test("uses no action", () => {
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.filter(({ uses, run }) => uses !== undefined || run === undefined)).toEqual([]);
  });

  test("has only the permissions that it needs", () => {
    expect(permissions).toEqual({ contents: name === "release.yml" ? "write" : "read" });
  });

  test("its shell is valid, and never runs foreign text as code", () => {
    for (const { run = "" } of steps) {
      expect(run).not.toContain("${{");
      expect(Bun.spawnSync(["bash", "-n", "-c", run]).exitCode).toBe(0);
    }
  });

  test("names existing scripts", () => {
    for (const [, path = ""] of scripts.matchAll(/(?<= )((?:\.ci|scripts)\/[\w./-]+)/g)) {
      expect(existsSync(join(ROOT, path))).toBeTrue();
    }
    for (const [, script = ""] of scripts.matchAll(/npm run ([\w-]+)/g)) {
      expect(Object.keys(packageJson.scripts)).toContain(script);
    }
  });
});
