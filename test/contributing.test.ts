/** CONTRIBUTING.md's transcripts are true, and GitHub accepts the forms in .github. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { YAML } from "bun";
import { expectTranscript, stepsOf } from "./transcript.ts";

const ROOT = dirname(import.meta.dir);
const FORMS = join(ROOT, ".github/ISSUE_TEMPLATE");

test("the commands in CONTRIBUTING.md print what it shows", () => {
  const steps = stepsOf(readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8"));
  expect(steps.length).toBeGreaterThan(1);
  const home = mkdtempSync(join(tmpdir(), "gait-contributing-"));
  try {
    // Without the surrounding run's variables: a test within a test would report to that run.
    expectTranscript(steps, { cwd: ROOT, env: { PATH: process.env["PATH"] ?? "", HOME: home } });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

interface Field {
  readonly type: string;
  readonly id?: string;
  readonly attributes?: { readonly label?: string; readonly value?: string; readonly options?: { label?: string }[] };
}

/** What GitHub's form schema requires of each kind of field. */
const COMPLETE: Readonly<Record<string, (field: Field) => boolean>> = {
  markdown: ({ attributes }) => (attributes?.value ?? "") !== "",
  textarea: ({ id, attributes }) => id !== undefined && attributes?.label !== undefined,
  input: ({ id, attributes }) => id !== undefined && attributes?.label !== undefined,
  checkboxes: ({ id, attributes }) =>
    id !== undefined && attributes?.options?.every(({ label }) => label !== undefined) === true,
};

describe("issue forms", () => {
  const names = readdirSync(FORMS);
  test("there are some", () => expect(names).toContain("wrong-verdict.yml"));
  for (const name of names) {
    test(name, () => {
      const form = YAML.parse(readFileSync(join(FORMS, name), "utf8")) as {
        name?: string;
        description?: string;
        body: Field[];
      };
      expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
      expect(form.body.filter((field) => COMPLETE[field.type]?.(field) !== true)).toEqual([]);
      const ids = form.body.flatMap(({ id }) => id ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      // GitHub refuses a form that has only text.
      expect(ids.length).toBeGreaterThan(0);
    });
  }
});
