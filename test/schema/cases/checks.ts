/** The check that TypeBox generates for a schema: the checked-in one, or for an answer, which has none, a new one. */

import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { Validator } from "../../../src/schema/validate/validator.ts";
import * as collection from "../../../src/schema/validator/collection.ts";
import * as context from "../../../src/schema/validator/context.ts";
import * as decision from "../../../src/schema/validator/decision.ts";
import * as evidenceInput from "../../../src/schema/validator/evidence-input.ts";
import * as evidencePack from "../../../src/schema/validator/evidence-pack.ts";
import * as evidencePackEntry from "../../../src/schema/validator/evidence-pack-entry.ts";
import * as job from "../../../src/schema/validator/job.ts";
import * as journal from "../../../src/schema/validator/journal.ts";
import * as pack from "../../../src/schema/validator/pack.ts";
import * as proof from "../../../src/schema/validator/proof.ts";
import * as runRecord from "../../../src/schema/validator/run-record.ts";
import * as runpack from "../../../src/schema/validator/runpack.ts";
import * as trust from "../../../src/schema/validator/trust.ts";

export const VALIDATORS: readonly Validator[] = [
  context,
  decision,
  evidenceInput,
  evidencePack,
  evidencePackEntry,
  job,
  journal,
  pack,
  proof,
  runRecord,
  runpack,
  collection,
  trust,
].flatMap((module): Validator[] => Object.values(module));

export type Check = (value: unknown) => boolean;

const checks = new Map<TSchema, Check>(VALIDATORS.map(({ schema, fits }) => [schema, fits]));

export function checkOf(schema: TSchema): Check {
  let check = checks.get(schema);
  if (check === undefined) {
    const compiled = Compile(schema);
    check = (value) => compiled.Check(value);
    checks.set(schema, check);
  }
  return check;
}
