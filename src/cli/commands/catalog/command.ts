/** `gait catalog …`: questions to receipts, in one SQLite file that can be made again at any time (contract 14.8). */

import type { CatalogBuildOutput, CatalogQueryOutput } from "../../../schema/answer/store/catalog.ts";
import type { CommandSpec } from "../../command/command.ts";
import { NET_FLAGS } from "../../flags/net.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";

const noun = "catalog";
const schemaId = "gait.catalog.output";

const BUILD: CommandSpec<CatalogBuildOutput> = {
  noun,
  verb: "build",
  schemaId,
  summary: "Load receipts into a catalogue, an SQLite file",
  description:
    "Receipts are what `gait pack verify` and `gait store verify` write with --format ndjson --account. A run that is not whole is\n" +
    "refused: lines or shards that are missing, shards that listed different numbers. Shards of one run stand in one folder, or in\n" +
    "one stream. What is in the file already stays, and the newest verification of a pack wins; the same file twice is the same as\n" +
    "once. All of a call is loaded, or nothing. A catalogue is no evidence: it says what receipts say. With --collection the argument\n" +
    "is a store, and its log is loaded, as far as its newest signed head: for gait collection prove --db.",
  positionals: [{ name: "receipts", kind: "file", required: true, repeatable: true, standardInput: true }],
  options: [
    { flag: "--receipts", description: "The receipts of a store, put there by gait store verify --receipts" },
    {
      flag: "--run",
      value: "NAME",
      kind: "text",
      repeatable: true,
      description: "With --receipts: those of this run only",
    },
    {
      flag: "--collection",
      value: "NAME",
      kind: "text",
      repeatable: true,
      description: "The log of this collection of a store; with --receipts its receipts too",
    },
    {
      flag: "--into",
      value: "FILE",
      output: true,
      description: "The catalogue, which is made or added to; or postgres://…",
    },
    ...PROGRESS_FLAGS,
    ...NET_FLAGS,
  ],
  examples: [
    { command: "gait catalog build receipts/*.ndjson --into packs.sqlite", note: "All shards of a run" },
    {
      command:
        "gait pack verify evidence --recursive --format ndjson --account | gait catalog build - --into packs.sqlite",
      note: "Verified and loaded",
    },
    { command: "gait catalog build evidence --receipts --into packs.sqlite", note: "All that a store has" },
    {
      command: "gait catalog build evidence --collection agents --into packs.sqlite",
      note: "Which packs are in the log",
    },
  ],
  async run(call) {
    const { buildCatalog } = await import("./build.ts");
    return buildCatalog(call);
  },
};

const QUERY: CommandSpec<CatalogQueryOutput> = {
  noun,
  verb: "query",
  schemaId,
  summary: "Ask a catalogue which packs fit, or give it a SELECT",
  description:
    "What is given is all meant. Calls that are not ok failed, were stopped, or have no result. The verdict shown is that of a\n" +
    "pack's newest verification. --sql takes one SELECT, on a connection that can't write; docs/catalog.md has the tables.",
  positionals: [],
  options: [
    { flag: "--db", value: "FILE", description: "The catalogue, or postgres://…" },
    { flag: "--tool", value: "NAME", kind: "text", description: "Runs that called this tool" },
    {
      flag: "--failed",
      description: "Bad packs, and runs with calls that were not ok; with --tool, calls of that tool",
    },
    {
      flag: "--since",
      value: "AGE",
      kind: "text",
      description: "Runs that ended since: 7d, 12h, 2026-11-01; packs without a run by their verification",
    },
    { flag: "--signer", value: "KEY_ID", kind: "text", description: "Packs that name this key as a signer" },
    {
      flag: "--not-verified-with",
      value: "TRUST_ID",
      kind: "text",
      description: "Packs that have not passed a verification with this trust",
    },
    { flag: "--sql", value: "SELECT", kind: "text", description: "One SELECT of your own, instead of the above" },
    {
      flag: "--format",
      value: "FORMAT",
      choices: ["table", "ndjson"],
      description: "ndjson: a line of JSON for each pack or row",
    },
  ],
  examples: [
    {
      command: "gait catalog query --db packs.sqlite --tool shell.exec --failed --since 7d",
      note: "What went wrong in the shell?",
    },
    {
      command:
        "gait catalog query --db packs.sqlite --sql 'select name, sum(calls) from pack_tool join tool on tool = id group by name'",
      note: "Calls by tool",
    },
  ],
  async run(call) {
    const { queryCatalog } = await import("./query.ts");
    return queryCatalog(call);
  },
};

export const CATALOG_COMMANDS: readonly CommandSpec[] = [BUILD, QUERY];
