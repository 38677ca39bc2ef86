import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { Format } from "typebox/format";
import { Check } from "typebox/schema";
import { findDrift, renderSchemas, writeSchemas } from "../../scripts/schemas.ts";
import { PUBLISHED_SCHEMAS } from "../../src/schema/published.ts";
import { issuesOf } from "../../src/schema/validate/explain.ts";
import { isTimestamp } from "../../src/schema/validate/format.ts";
import { MAX_SCHEMA_ISSUES } from "../../src/schema/validate/issue.ts";
import { PACK_INSPECT } from "./cases/account.ts";
import { OUTPUT_CASES } from "./cases/answer/answer.ts";
import { CAPTURE_OUTPUT_CASES } from "./cases/answer/capture.ts";
import { EXPORTED_LINES, PACK_EXPORT, PACK_EXPORT_FILE } from "./cases/answer/export.ts";
import { GUARD_OUTPUT_CASES } from "./cases/answer/guard.ts";
import { GUARD_STORAGE_CASES } from "./cases/answer/guard-storage.ts";
import { JOB_OUTPUT_CASES } from "./cases/answer/job.ts";
import { PACKS_OUTPUT_CASES } from "./cases/answer/packs.ts";
import { PROGRAM_OUTPUT_CASES } from "./cases/answer/program.ts";
import { PACK_QUERY_CASES } from "./cases/answer/query.ts";
import { REGRESS_CASES } from "./cases/answer/regress.ts";
import { PACK_REPORT } from "./cases/answer/report.ts";
import { RERUN_CASES } from "./cases/answer/rerun.ts";
import { TRACE_OUTPUT_CASES } from "./cases/answer/trace.ts";
import { TRUST_OUTPUT_CASES } from "./cases/answer/trust.ts";
import { VIEWER_OUTPUT_CASES } from "./cases/answer/viewer.ts";
import type { DocumentCases } from "./cases/case.ts";
import { CATALOG_CASES } from "./cases/catalog.ts";
import { changed, changes, RUNS } from "./cases/changes.ts";
import { checkOf } from "./cases/checks.ts";
import { COLLECTION_CASES, STORE_CASES } from "./cases/collection.ts";
import { DECISION_CASES } from "./cases/decision.ts";
import { PACK_DIFF } from "./cases/difference.ts";
import { EVIDENCE_CASES } from "./cases/evidence.ts";
import { GUARD_CASES } from "./cases/guard.ts";
import { JOB_CASES } from "./cases/job.ts";
import { PACK_CASES } from "./cases/pack.ts";
import { RUNPACK_CASES } from "./cases/runpack.ts";
import { SESSION_CASES } from "./cases/session.ts";
import { TRUST_CASES } from "./cases/trust.ts";

const ROOT = join(import.meta.dir, "..", "..");
const PUBLISHED = join(ROOT, "schemas", "v1");
const DOCUMENTS = join(ROOT, "test", "vectors", "documents");
const ALL_CASES: readonly DocumentCases[] = [
  ...PACK_CASES,
  ...DECISION_CASES,
  ...JOB_CASES,
  ...RUNPACK_CASES,
  ...OUTPUT_CASES,
  ...VIEWER_OUTPUT_CASES,
  PACK_INSPECT,
  PACK_DIFF,
  PACK_REPORT,
  PACK_EXPORT,
  PACK_EXPORT_FILE,
  ...EXPORTED_LINES,
  ...RERUN_CASES,
  ...SESSION_CASES,
  ...GUARD_STORAGE_CASES,
  ...REGRESS_CASES,
  ...PACK_QUERY_CASES,
  ...JOB_OUTPUT_CASES,
  ...GUARD_CASES,
  ...EVIDENCE_CASES,
  ...GUARD_OUTPUT_CASES,
  ...PROGRAM_OUTPUT_CASES,
  ...PACKS_OUTPUT_CASES,
  ...CAPTURE_OUTPUT_CASES,
  ...TRACE_OUTPUT_CASES,
  ...STORE_CASES,
  ...COLLECTION_CASES,
  ...CATALOG_CASES,
  ...TRUST_CASES,
  ...TRUST_OUTPUT_CASES,
];

// ajv's own `date-time` takes lower-case letters, a space for the T and leap seconds; the published pattern does not,
// so the two together equal our rule, and ajv needs no custom format.
const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
addFormats(ajv);
Format.Set("date-time", isTimestamp);

const judges = new Map<string, ValidateFunction>();
for (const { path } of PUBLISHED_SCHEMAS) {
  judges.set(path, ajv.compile(JSON.parse(readFileSync(join(PUBLISHED, `${path}.schema.json`), "utf8"))));
}

/** The verdict of each: TypeBox's generated code, our walk, ajv on the published file, TypeBox on the source. */
function verdicts(path: string, document: unknown): Record<string, boolean> {
  const schema = schemaOf(path);
  const issues = issuesOf(schema, document);
  expect(issues.length).toBeLessThanOrEqual(MAX_SCHEMA_ISSUES);
  for (const issue of issues) expect(issue.message.length).toBeLessThan(1000);
  return {
    code: checkOf(schema)(document),
    walk: issues.length === 0,
    ajv: judges.get(path)?.(document) ?? false,
    typebox: Check(schema, document),
  };
}

function schemaOf(path: string) {
  const published = PUBLISHED_SCHEMAS.find((each) => each.path === path);
  if (published === undefined) throw new Error(`no published schema: ${path}`);
  return published.schema;
}

function unanimous(fits: boolean): Record<string, boolean> {
  return { code: fits, walk: fits, ajv: fits, typebox: fits };
}

describe("four validators give the verdict in the table", () => {
  for (const { path, good, cases } of ALL_CASES) {
    const operation = (good as { operation?: string }).operation;
    describe(operation === undefined ? path : `${path} ${operation || "(none)"}`, () => {
      for (const { rule, fits, document } of cases) {
        test(`${fits ? "fits" : "fails"}: ${rule}`, () => {
          expect(verdicts(path, document)).toEqual(unanimous(fits));
        });
      }
    });
  }

  test("every published schema has rows that fit and rows that fail", () => {
    for (const { path } of PUBLISHED_SCHEMAS) {
      const cases = ALL_CASES.filter((each) => each.path === path).flatMap((each) => each.cases);
      expect(cases.filter((each) => each.fits).length).toBeGreaterThanOrEqual(2);
      expect(cases.filter((each) => !each.fits).length).toBeGreaterThanOrEqual(8);
    }
  });
});

describe("documents of the Go implementation", () => {
  const sources: readonly [file: string, path: string][] = [
    ["pack_manifest.json", "pack/manifest"],
    ["run_payload.json", "pack/run"],
    ["job_payload.json", "pack/job"],
    ["job_state.json", "job/state"],
    ["state.json", "job/state"],
    ["job_events.jsonl", "job/event"],
    ["events.jsonl", "job/event"],
    ["context_envelope.json", "context/envelope"],
    ["manifest.json", "runpack/manifest"],
    ["run.json", "runpack/run"],
    ["refs.json", "runpack/refs"],
    ["intents.jsonl", "runpack/intent"],
    ["results.jsonl", "runpack/result"],
  ];
  const files = readdirSync(DOCUMENTS, { recursive: true, encoding: "utf8" }).filter((file) => /\.jsonl?$/.test(file));

  for (const file of files.sort()) {
    const name = file.split("/").at(-1);
    let path = sources.find(([source]) => source === name)?.[1];
    if (file.startsWith("inputs/")) path = "runpack/record";
    if (file.startsWith("diff/")) path = "pack/diff";
    const fits = !file.startsWith("tampered/");
    test(`${fits ? "fits" : "fails"}: ${file}`, () => {
      if (path === undefined) throw new Error("no schema for this file");
      for (const document of documentsIn(file)) expect(verdicts(path, document)).toEqual(unanimous(fits));
    });
  }

  test("all of them exist", () => {
    expect(files.length).toBeGreaterThanOrEqual(80);
  });

  function documentsIn(file: string): unknown[] {
    const text = readFileSync(join(DOCUMENTS, file), "utf8");
    if (!file.endsWith(".jsonl")) return [JSON.parse(text)];
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  }
});

describe("a document changed at random: four validators, one verdict", () => {
  for (const { path, good } of ALL_CASES) {
    test(`${path} ${(good as { operation?: string }).operation ?? ""}`, () => {
      fc.assert(
        fc.property(changes, (each) => {
          const document = changed(good, each);
          expect(new Set(Object.values(verdicts(path, document))).size).toBe(1);
        }),
        { numRuns: RUNS },
      );
    });
  }
});

describe("the published files", () => {
  test("match src/schema", () => {
    expect(findDrift(PUBLISHED)).toEqual([]);
  });

  test("carry dialect, $id, title and description, and each $id once", () => {
    const ids = new Set<string>();
    for (const [path, text] of renderSchemas()) {
      const schema = JSON.parse(text);
      expect(Object.keys(schema).slice(0, 4)).toEqual(["$schema", "$id", "title", "description"]);
      expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
      expect(schema.$id).toBe(`https://gait.dev/schemas/v1/${path}`);
      ids.add(schema.$id);
    }
    expect(ids.size).toBe(PUBLISHED_SCHEMAS.length);
  });

  test("are JSON Schemas of their dialect, according to ajv", () => {
    for (const [, text] of renderSchemas()) expect(ajv.validateSchema(JSON.parse(text))).toBe(true);
  });

  test("give the verdicts of the source when read back", () => {
    for (const { path, good, cases } of ALL_CASES) {
      const schema = JSON.parse(readFileSync(join(PUBLISHED, `${path}.schema.json`), "utf8"));
      expect(issuesOf(schema, good)).toEqual([]);
      for (const { fits, document } of cases) expect(issuesOf(schema, document).length === 0).toBe(fits);
    }
  });

  test("drift is named: differs, missing, surplus", () => {
    const folder = mkdtempSync(join(tmpdir(), "gait-schemas-"));
    try {
      writeSchemas(folder);
      expect(findDrift(folder)).toEqual([]);
      writeFileSync(join(folder, "pack", "run.schema.json"), "{}\n");
      rmSync(join(folder, "job", "state.schema.json"));
      writeFileSync(join(folder, "pack", "old.schema.json"), "{}\n");
      expect(findDrift(folder)).toEqual([
        "differs: pack/run.schema.json",
        "missing: job/state.schema.json",
        "surplus: pack/old.schema.json",
      ]);
      writeSchemas(folder);
      expect(findDrift(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
