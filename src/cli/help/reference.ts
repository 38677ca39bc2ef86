/** The reference of every command: as a manual page in roff, and as docs/cli.md. Both from the table of commands alone. */
import { COMMON_OPTIONS, HELP_OPTION } from "../arguments/read-arguments.ts";
import { type CommandSpec, wordsOf } from "../command/command.ts";
import { descriptionText, flagText, positionalText } from "./help.ts";
import { EXITS } from "./outcomes.ts";

const PURPOSE = "packs an agent run or a job into one file that anyone can verify offline, years later";

const INTRODUCTION =
  "A PackSpec v1 pack is a ZIP archive with a manifest that declares every file by its SHA-256, and may be signed " +
  "with " +
  "Ed25519. gait records runs, builds packs, and verifies, inspects and compares them. It needs no network and " +
  "nothing else installed. Results go to the standard output, everything else to the standard error.";

const ENVIRONMENT: readonly Term[] = [
  { term: "NO_COLOR", text: "If set, turns colours off." },
  { term: "TMPDIR", text: "Folder for temporary files; they are removed when the command ends." },
  { term: "GAIT_DEBUG", text: "If 1, an internal error shows its stack." },
];

function listed(commands: readonly CommandSpec[]): CommandSpec[] {
  return commands.filter(({ hidden }) => hidden !== true);
}

function usageOf(spec: CommandSpec): string {
  return ["gait", wordsOf(spec), ...spec.positionals.map(positionalText), "[flags]"].join(" ");
}

function flagsOf({ options }: CommandSpec): Term[] {
  return options.map((option) => {
    const end = option.default === undefined ? "" : ` (default: ${option.default})`;
    return { term: flagText(option), text: `${descriptionText(option)}${end}` };
  });
}

const COMMON: readonly Term[] = [...COMMON_OPTIONS, HELP_OPTION].map(({ flag, description }) => ({
  term: flag,
  text: description,
}));

const EXIT_TERMS: readonly Term[] = Object.entries(EXITS).map(([exit, { summary, meaning }]) => ({
  term: exit,
  text: `${summary} ${meaning}`,
}));

/** gait(1), for `groff -man`: plain ASCII, other characters as escapes. */
export function manualPage(commands: readonly CommandSpec[], version: string): string {
  const sections = listed(commands).flatMap((spec) => [
    `.SS ${quoted(`gait ${wordsOf(spec)}`)}`,
    ...paragraph(`${spec.summary}.`),
    ".PP",
    `.B ${roff(usageOf(spec), true)}`,
    ...(spec.description === undefined ? [] : blocksOf(spec.description)).flatMap((block) =>
      block.kind === "text" ? [".PP", ...paragraph(block.text)] : terms(block.terms),
    ),
    ...terms(flagsOf(spec)),
    ...spec.examples.flatMap(({ command, note }) => [
      ".PP",
      ...paragraph(`${note}:`),
      ".PP",
      ".in +4",
      ".nf",
      roff(command, true),
      ".fi",
      ".in -4",
    ]),
  ]);
  return [
    `.TH GAIT 1 "" ${quoted(`gait ${version}`)} "User Commands"`,
    ".SH NAME",
    `gait \\- ${roff(PURPOSE)}`,
    ".SH SYNOPSIS",
    ".B gait",
    ".I command",
    "[flags]",
    ".SH DESCRIPTION",
    ...paragraph(INTRODUCTION),
    ".SH COMMANDS",
    ...sections,
    `.SH ${quoted("FLAGS OF EVERY COMMAND")}`,
    ...terms(COMMON),
    `.SH ${quoted("EXIT STATUS")}`,
    ...terms(EXIT_TERMS),
    ".SH ENVIRONMENT",
    ...terms(ENVIRONMENT),
    `.SH ${quoted("SEE ALSO")}`,
    ...paragraph("gait explain explains every finding, verdict and exit code; gait schema show prints the schemas."),
    "",
  ].join("\n");
}

function terms(list: readonly Term[]): string[] {
  return list.flatMap(({ term, text }) => [".TP", `.B ${roff(term, true)}`, ...paragraph(text)]);
}

/** One sentence per input line, as roff expects. */
function paragraph(text: string): string[] {
  return text.split(/(?<=[.:;]) (?=[A-Z])/).map((sentence) => roff(sentence));
}

/** Escapes text for roff; `literal` keeps dashes as they must be typed. */
function roff(text: string, literal = false): string {
  const escaped = text
    .replaceAll("\\", "\\e")
    .replaceAll("-", literal || /(^|\s)--?\w/.test(text) ? "\\-" : "-")
    .replace(
      /[^\n -~]/gu,
      (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function quoted(text: string): string {
  return `"${roff(text, true).replaceAll('"', '""')}"`;
}

/** docs/cli.md. */
export function markdownReference(commands: readonly CommandSpec[]): string {
  const sections = listed(commands).map((spec) => {
    const flags = flagsOf(spec);
    const examples = spec.examples.map(({ command, note }) => `# ${note}\n${command}`);
    return [
      `### \`gait ${wordsOf(spec)}\``,
      `${spec.summary}.`,
      `\`\`\`\n${usageOf(spec)}\n\`\`\``,
      ...(spec.description === undefined ? [] : blocksOf(spec.description)).map((block) =>
        block.kind === "text" ? markdown(block.text) : table(["", ""], block.terms),
      ),
      ...(flags.length === 0 ? [] : [table(["flag", "what it does"], flags)]),
      `\`\`\`sh\n${examples.join("\n")}\n\`\`\``,
      `With \`--json\`: \`${spec.schemaId}\`, [schema](../${schemaFile(spec)}).`,
    ].join("\n\n");
  });
  return `${[
    "# The command line",
    "Generated from the table of commands by `npm run docs`. `gait man` prints the same as a manual page, `gait " +
      "COMMAND --help` one command.",
    `\`gait\` ${PURPOSE}.`,
    INTRODUCTION,
    "Flags may come in any order after the words of a command, as `--flag value` or `--flag=value`; `--` ends " +
      "them. An unknown flag is an error.",
    "## Flags of every command",
    table(["flag", "what it does"], COMMON),
    "## Exits",
    table(["exit", "meaning"], EXIT_TERMS),
    "## Environment",
    table(["variable", "what it does"], ENVIRONMENT),
    "## Commands",
    ...sections,
  ].join("\n\n")}\n`;
}

function schemaFile({ schemaId }: CommandSpec): string {
  return `schemas/v1/output/${schemaId.replace(/^gait\.|\.output$/g, "")}.schema.json`;
}

function table(heads: readonly [string, string], list: readonly Term[]): string {
  const rows = list.map(
    ({ term, text }) => `| \`${term.replaceAll("|", "\\|")}\` | ${markdown(text).replaceAll("|", "\\|")} |`,
  );
  return [`| ${heads[0]} | ${heads[1]} |`, "|---|---|", ...rows].join("\n");
}

/** Escapes HTML and emphasis. */
function markdown(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll("*", "\\*").replaceAll("_", "\\_");
}

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "terms"; readonly terms: readonly Term[] };

export interface Term {
  readonly term: string;
  readonly text: string;
}

/** Lines that begin with two spaces are terms, followed by two spaces and a text; other lines form paragraphs. */
export function blocksOf(description: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let terms: Term[] = [];
  const close = (): void => {
    if (lines.length > 0) blocks.push({ kind: "text", text: lines.join(" ") });
    if (terms.length > 0) blocks.push({ kind: "terms", terms });
    lines = [];
    terms = [];
  };
  for (const line of description.split("\n")) {
    const [, term, text] = /^ {2}(\S(?:.*?\S)?) {2,}(.*)$/.exec(line) ?? [];
    if (line === "" || (term === undefined ? terms.length > 0 : lines.length > 0)) close();
    if (term !== undefined && text !== undefined) terms.push({ term, text });
    else if (line !== "") lines.push(line.trim());
  }
  close();
  return blocks;
}
