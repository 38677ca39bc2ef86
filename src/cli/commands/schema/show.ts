/** The work of `gait schema list` and `gait schema show`. */
import { GaitError } from "../../../core/finding/error.ts";
import type { SchemaListOutput, SchemaShowOutput } from "../../../schema/answer/program.ts";
import { PUBLISHED_SCHEMAS, type PublishedSchema } from "../../../schema/published.ts";
import { renderSchema } from "../../../schema/render.ts";
import { nearest } from "../../arguments/nearest.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { rows } from "../../terminal/rows.ts";

export async function listSchemas(call: Call): Promise<Answer<SchemaListOutput>> {
  const lines = PUBLISHED_SCHEMAS.map(({ path, title, description }) => [path, `${title}. ${description}`] as const);
  return {
    exit: EXIT.ok,
    json: { schemas: PUBLISHED_SCHEMAS.map(members) },
    text: rows(lines, { ...call.stdout, color: false }),
  };
}

export async function showSchema(call: Call): Promise<Answer<SchemaShowOutput>> {
  const published = schemaNamed(call.positionals[0] ?? "");
  if (call.has("--example")) return exampleOf(published);
  const text = renderSchema(published);
  return { exit: EXIT.ok, json: { ...members(published), schema: JSON.parse(text) }, text };
}

/** @throws GaitError `not_found` for a schema of what only programs write */
async function exampleOf(published: PublishedSchema): Promise<Answer<SchemaShowOutput>> {
  const { EXAMPLES } = await import("./examples.ts");
  const example = EXAMPLES[published.path];
  if (example === undefined)
    throw new GaitError("not_found", `there is no example of ${published.path}: only programs write it`, {
      hint: `There are examples of ${Object.keys(EXAMPLES).join(", ")}.`,
    });
  const json = { ...members(published), schema: JSON.parse(renderSchema(published)), example };
  return { exit: EXIT.ok, json, text: `${JSON.stringify(example, null, 2)}\n` };
}

function members(published: PublishedSchema): SchemaListOutput["schemas"][number] {
  const { path, id, title, description } = published;
  return { name: path, id, title, description, schema_ids: schemaIdsOf(published) };
}

interface Shape {
  readonly const?: unknown;
  readonly properties?: { readonly [name: string]: Shape };
  readonly anyOf?: readonly Shape[];
}

/** The values that `schema_id` may have in such a document. */
function schemaIdsOf({ schema }: PublishedSchema): string[] {
  const { properties, anyOf } = schema as Shape;
  const shapes = anyOf?.map((each) => each.properties) ?? [properties];
  return [...new Set(shapes.map((each) => each?.["schema_id"]?.const).filter((id) => typeof id === "string"))];
}

/** @throws GaitError `not_found` with the most likely names */
function schemaNamed(asked: string): PublishedSchema {
  const name = asked.replace(/^(schemas\/)?v1\//, "").replace(/\.schema\.json$/, "");
  const exact = PUBLISHED_SCHEMAS.find(({ path, id }) => path === name || id === asked);
  if (exact !== undefined) return exact;
  const saying = PUBLISHED_SCHEMAS.filter((each) => schemaIdsOf(each).includes(asked));
  const [only] = saying;
  if (only !== undefined && saying.length === 1) return only;
  const what =
    saying.length === 0
      ? `there is no schema ${JSON.stringify(asked)}`
      : `${asked} is used by several kinds of documents`;
  throw new GaitError("not_found", what, { hint: hintFor(name, saying) });
}

function hintFor(name: string, saying: readonly PublishedSchema[]): string {
  const last = name.split("/").at(-1) ?? "";
  const alike = saying.length > 0 ? saying : PUBLISHED_SCHEMAS.filter(({ path }) => path.endsWith(`/${last}`));
  const near =
    nearest(
      name.toLowerCase(),
      PUBLISHED_SCHEMAS.map(({ path }) => path),
    ) ?? nearestId(name);
  const guesses = alike.length > 0 ? alike.map(({ path }) => path) : [near].filter((each) => each !== undefined);
  return guesses.length === 0 ? "gait schema list shows the names." : `Did you mean ${guesses.join(" or ")}?`;
}

function nearestId(name: string): string | undefined {
  return nearest(name, PUBLISHED_SCHEMAS.flatMap(schemaIdsOf));
}
