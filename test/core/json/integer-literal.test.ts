/** Integer members are integer literals (contract 0.3), in every document that has one. */
import { describe, expect, test } from "bun:test";
import { Type } from "typebox";
import { createJobEventsChecker } from "../../../src/core/job/event-lines.ts";
import { readDocument } from "../../../src/core/json/document.ts";
import { fractionalInteger } from "../../../src/core/json/integer-literal.ts";
import { parseJsonText } from "../../../src/core/json/parse.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import type { Validator } from "../../../src/schema/validate/validator.ts";
import * as context from "../../../src/schema/validator/context.ts";
import * as evidenceInput from "../../../src/schema/validator/evidence-input.ts";
import * as evidencePack from "../../../src/schema/validator/evidence-pack.ts";
import * as evidencePackEntry from "../../../src/schema/validator/evidence-pack-entry.ts";
import * as job from "../../../src/schema/validator/job.ts";
import * as pack from "../../../src/schema/validator/pack.ts";
import * as runpack from "../../../src/schema/validator/runpack.ts";
import { EVIDENCE_CASES } from "../../schema/cases/evidence.ts";
import { GUARD_CASES } from "../../schema/cases/guard.ts";
import { JOB_CASES } from "../../schema/cases/job.ts";
import { PACK_CASES } from "../../schema/cases/pack.ts";
import { RUNPACK_CASES } from "../../schema/cases/runpack.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const CASES = [...PACK_CASES, ...JOB_CASES, ...RUNPACK_CASES, ...GUARD_CASES, ...EVIDENCE_CASES];
const VALIDATORS = [context, evidenceInput, evidencePack, evidencePackEntry, job, pack, runpack].flatMap((module) =>
  Object.values(module),
) as Validator[];

/** Each integer of a value by its path, with a text in which only that integer is written by `to`. */
function respelled(value: unknown, to: (integer: number) => string): { path: string; text: string }[] {
  const found: { path: string; text: string }[] = [];
  const walk = (part: unknown, path: readonly (string | number)[]): void => {
    if (Number.isInteger(part)) {
      const marker = "@integer@";
      const text = JSON.stringify(value, function (this: unknown, name, member) {
        return member === part && samePlace(value, path, this, name) ? marker : member;
      });
      found.push({ path: path.join("."), text: text.replace(`"${marker}"`, to(part as number)) });
    } else if (typeof part === "object" && part !== null) {
      for (const [name, member] of Object.entries(part)) walk(member, [...path, name]);
    }
  };
  walk(value, []);
  return found;
}

function samePlace(root: unknown, path: readonly (string | number)[], holder: unknown, name: string): boolean {
  let at = root;
  for (const step of path.slice(0, -1)) at = (at as Record<string, unknown>)[step];
  return at === holder && String(path.at(-1)) === name;
}

const SPELLINGS: Readonly<Record<string, (integer: number) => string>> = {
  "a point": (integer) => `${integer}.0`,
  "an exponent": (integer) => `${integer}e0`,
  "a capital exponent": (integer) => `${integer === 0 ? "" : integer}0E-1`,
};

describe("every declared integer of a document, written with", () => {
  for (const [what, spelling] of Object.entries(SPELLINGS)) {
    test(`${what}: is a finding that names it`, () => {
      const seen = new Set<string>();
      for (const { good } of CASES) {
        for (const validator of VALIDATORS) {
          if (!validator.fits(good)) continue;
          for (const { path, text } of respelled(good, spelling)) {
            const { findings } = readDocument(bytes(text), "x.json", validator);
            if (findings.length === 0) continue;
            seen.add(path.replace(/[0-9]+/g, "0"));
            expect(findings).toEqual([expect.objectContaining({ code: "schema_invalid" })]);
            expect(findings[0]?.path?.replace(/[[\].]+/g, ".")).toBe(`x.json#$.${path}`);
          }
        }
      }
      expect([...seen].sort()).toEqual(DECLARED);
    });
  }

  /** Documents of runpacks, packs of runs and jobs, contexts and evidence packs. */
  const DECLARED = [
    "approval_count",
    "checkpoint_count",
    "context_ref_count",
    "incident_window.window_seconds",
    "intent_count",
    "intents_count",
    "receipt_count",
    "receipts.0.freshness_sla_seconds",
    "records.0.freshness_sla_seconds",
    "references",
    "refs_count",
    "required_approvals",
    "result_count",
    "results.0.graders",
    "results_count",
    "revision",
    "total",
    "ttl_seconds",
    "valid_approvals",
  ];
});

describe("numbers that are not declared integers", () => {
  const schema = Type.Object({
    count: Type.Optional(Type.Integer()),
    seconds: Type.Optional(Type.Number()),
    free: Type.Optional(Type.Unsafe({ type: "object" })),
    list: Type.Optional(Type.Array(Type.Object({ count: Type.Integer() }))),
  });
  const fault = (text: string) => fractionalInteger(bytes(text), {}, schema)?.path;

  test.each([
    '{"count":1,"seconds":1.0}',
    '{"free":{"count":1.0,"list":[{"count":2e0}]},"count":-0}',
    '{"free":{"a":[1.5,true,null,"\\"x",{"b":{}}]},"seconds":2e3,"count":7}',
    '{"free":{"a":"\\"count\\":1.0"}}',
    '{"other":{"count":1.0}}',
    "{}",
    ' { "count" : 10 , "list" : [ ] } ',
  ])("are left alone: %s", (text) => {
    expect(fault(text)).toBeUndefined();
  });

  test.each([
    ['{"count":1.0}', "count"],
    ['{"seconds":1.5,"free":{"a":[1.5,{"b":false}]},"list":[{"count":1},{"count":2e0}]}', "list[1].count"],
    ['{"\\u0063ount":1.0}', "count"],
    [' {\n"count" :\t1E1 } ', "count"],
    ['{"free":{},"seconds":null,"other":true,"count":-1.0}', "count"],
  ])("and a declared one after them is found: %s", (text, path) => {
    expect(fault(text)).toBe(path);
  });
});

test("each text is searched for such numbers, whatever the one before had", () => {
  const has = (text: string) => parseJsonText(bytes(text)).hasFractions;
  expect([has("1.0"), has("1"), has('{"a":[-2e1]}'), has('"1.0e5"'), has("[true,1e0]"), has("[true]")]).toEqual([
    true,
    false,
    true,
    false,
    true,
    false,
  ]);
});

describe("an event of a job's log", () => {
  const line = (revision: string) =>
    `{"created_at":"2026-01-01T00:00:00Z","job_id":"j","payload":{"n":1.0},"revision":${revision},"schema_id":"gait.job.event","schema_version":"1.0.0","type":"paused"}\n`;
  const found = (revision: string) => {
    const checker = createJobEventsChecker(undefined, portablePlatform);
    checker.observer(bytes(`${line("1")}${line(revision)}`));
    return checker.end().map(({ code, path }) => `${code} ${path}`);
  };

  test.each(["2.0", "2e0", "20e-1"])("with revision %s is bad", (revision) => {
    expect(found(revision)).toEqual(["record_invalid job_events.jsonl:2#$.revision"]);
  });
  test("can have any numbers in its payload", () => {
    expect(found("2")).toEqual([]);
  });
});
