/** The manifests of docs/fleet.md fit the API of Kubernetes (batch/v1): its published schemas, and no member that it does not have. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { Job } from "kubernetes-models/batch/v1/Job";

const ROOT = join(import.meta.dir, "../..");
const MODELS = { CronJob, Job };

interface JobSpec {
  completions: unknown;
  podFailurePolicy: { rules: { onExitCodes: { operator: unknown } }[] };
  [member: string]: unknown;
}
interface Manifest {
  kind: keyof typeof MODELS;
  spec: JobSpec & { jobTemplate?: { spec: JobSpec } };
}

const page = readFileSync(join(ROOT, "docs/fleet.md"), "utf8");
const manifests = [...page.matchAll(/```yaml\n(apiVersion: .*?)```/gs)].map(
  ([, text = ""]) => Bun.YAML.parse(text) as Manifest,
);

let folder: string;
beforeAll(() => {
  // Within the project, so that its modules are found.
  folder = mkdtempSync(join(ROOT, "dist/kubernetes-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the published schema says of it: types, required members, the words that are allowed. */
function faultOf(manifest: Manifest): string | undefined {
  try {
    new MODELS[manifest.kind](manifest as never).validate();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** What the types made of that schema say: they know which members there are, which the schema leaves open. */
function unknownMembers(all: readonly Manifest[]): string {
  const lines = all.map(
    (manifest, at) => `export const m${at}: I${manifest.kind} = ${JSON.stringify(manifest, null, 1)};\n`,
  );
  const imports = Object.keys(MODELS).map(
    (kind) => `import type { I${kind} } from "kubernetes-models/batch/v1/${kind}";\n`,
  );
  const path = join(folder, "manifests.ts");
  writeFileSync(path, [...imports, ...lines].join(""));
  const flags = [
    "--ignoreConfig",
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
  ];
  const { stdout, stderr } = Bun.spawnSync(["node", join(ROOT, "node_modules/typescript/bin/tsc"), ...flags, path]);
  return stdout.toString() + stderr.toString();
}

function changed(manifest: Manifest, change: (spec: JobSpec) => void): Manifest {
  const copy = structuredClone(manifest);
  change(copy.spec.jobTemplate?.spec ?? copy.spec);
  return copy;
}

test("there are a Job and a CronJob", () => {
  expect(manifests.map(({ kind }) => kind)).toEqual(["Job", "CronJob"]);
});

describe.each(manifests)("%#", (manifest) => {
  test("fits the schema", () => {
    expect(faultOf(manifest)).toBeUndefined();
  });
  test("a number that is none is found", () => {
    const bad = changed(manifest, (spec) => {
      spec.completions = "eight";
    });
    expect(faultOf(bad)).toContain("completions must be integer");
  });
  test("a word that is not allowed is found", () => {
    const bad = changed(manifest, ({ podFailurePolicy: { rules } }) => {
      for (const { onExitCodes } of rules) onExitCodes.operator = "Is";
    });
    expect(faultOf(bad)).toContain("operator must be equal to one of the allowed values");
  });
});

test("no member is unknown, and a mistyped one would be found", () => {
  expect(unknownMembers(manifests)).toBe("");
  const mistyped = manifests.map((manifest) =>
    changed(manifest, (spec) => {
      spec["backoffLimitPerIndx"] = 2;
    }),
  );
  expect(unknownMembers(mistyped).match(/backoffLimitPerIndx\S* does not exist/g)).toHaveLength(manifests.length);
});
