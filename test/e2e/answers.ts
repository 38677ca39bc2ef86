/** Whether an answer fits its published schema, by an independent validator. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators = new Map<string, ValidateFunction>();

/** Empty, or ajv's errors. */
export function conforms(answer: { schema_id: string }): unknown[] {
  const name = answer.schema_id.replace(/^gait\.(.*)\.output$/, "$1").replace(/^gait\.export\./, "export-");
  let validate = validators.get(name);
  if (validate === undefined) {
    const path = join(import.meta.dir, `../../schemas/v1/output/${name}.schema.json`);
    validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")));
    validators.set(name, validate);
  }
  return validate(answer) ? [] : [...(validate.errors ?? [])];
}
