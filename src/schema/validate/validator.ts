/**
 * A schema together with its check, which TypeBox's `Code()` generated (`npm run validators`). The checks are in
 * `src/schema/validator`; a schema without one can't be asked whether a value fits.
 */
import type { Static, TSchema } from "typebox";

export interface Validator<T = unknown> {
  readonly schema: TSchema;
  fits(this: void, value: unknown): value is T;
}

/** Of a record: also whether one member fits, for the members that ask for more than a type. */
export interface RecordValidator<T = unknown> extends Validator<T> {
  readonly members: Readonly<Record<string, (value: unknown) => boolean>>;
}

export function validator<Schema extends TSchema>(
  schema: Schema,
  check: (value: unknown) => boolean,
): Validator<Static<Schema>> {
  return { schema, fits: check as Validator<Static<Schema>>["fits"] };
}

export function recordValidator<Schema extends TSchema>(
  schema: Schema,
  check: (value: unknown) => boolean,
  members: Readonly<Record<string, (value: unknown) => boolean>>,
): RecordValidator<Static<Schema>> {
  return { ...validator(schema, check), members };
}
