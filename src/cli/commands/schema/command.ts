/** `gait schema …`: the published schemas, built into the program. */

import type { SchemaListOutput, SchemaShowOutput } from "../../../schema/answer/program.ts";
import type { CommandSpec } from "../../command/command.ts";

const noun = "schema";
const schemaId = "gait.schema.output";

const LIST: CommandSpec<SchemaListOutput> = {
  noun,
  verb: "list",
  schemaId,
  summary: "List the published schemas of documents and --json answers",
  positionals: [],
  options: [],
  examples: [{ command: "gait schema list", note: "Names and what each describes" }],
  async run(call) {
    const { listSchemas } = await import("./show.ts");
    return listSchemas(call);
  },
};

const SHOW: CommandSpec<SchemaShowOutput> = {
  noun,
  verb: "show",
  schemaId,
  summary: "Print a published schema: JSON Schema, draft 2020-12",
  description:
    "The name is one from gait schema list, an $id, or a document's schema_id. The output is the file under " +
    "schemas/v1,\n" +
    "byte for byte. --example prints a document to begin with instead, for what people write by hand.",
  positionals: [
    {
      name: "name",
      required: true,
      suggestions: async () => (await import("../../../schema/published.ts")).PUBLISHED_SCHEMAS.map(({ path }) => path),
    },
  ],
  options: [{ flag: "--example", description: "Print a document of this kind, to begin with" }],
  examples: [
    { command: "gait schema show pack/manifest", note: "By name" },
    { command: "gait schema show runpack/record --example > run.json", note: "A record to begin with" },
    {
      command: "gait schema show gait.pack.manifest > manifest.schema.json",
      note: "By a document's schema_id, to a file",
    },
  ],
  async run(call) {
    const { showSchema } = await import("./show.ts");
    return showSchema(call);
  },
};

export const SCHEMA_COMMANDS: readonly CommandSpec[] = [LIST, SHOW];
