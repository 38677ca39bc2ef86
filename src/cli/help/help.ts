/** The help texts, rendered by cac from the table of commands: one cac for `gait`, one for each noun. Loaded lazily. */
import { type CAC, cac } from "cac";
import { COMMON_OPTIONS, HELP_OPTION } from "../arguments/read-arguments.ts";
import { BUILD } from "../command/build-info.ts";
import { type CommandSpec, type OptionSpec, type PositionalSpec, wordsOf } from "../command/command.ts";
import { EXIT, type Exit } from "../command/exit.ts";
import { captured } from "../terminal/output.ts";

interface Section {
  title?: string;
  body: string;
}

const EXIT_LINES: Readonly<Record<Exit, string>> = {
  [EXIT.ok]: "fine",
  [EXIT.internal]: "internal error, or another process holds a lock",
  [EXIT.failed]: "the evidence is bad (diff: the two differ)",
  [EXIT.approvalRequired]: "an approval is missing",
  [EXIT.regressFailed]: "a regression was found (gait regress run)",
  [EXIT.invalidInput]: "usage error: bad arguments, or a file that can't be read or written",
  [EXIT.unsafe]: "unsafe, and always refused (gait run replay --real-tools)",
};

const COMMON_EXITS: readonly Exit[] = [EXIT.ok, EXIT.internal, EXIT.failed, EXIT.invalidInput];
const ALL_EXITS: readonly Exit[] = Object.values(EXIT);

function exitsSection(exits: readonly Exit[]): Section {
  const lines = exits.toSorted((left, right) => left - right).map((exit) => `  ${exit}  ${EXIT_LINES[exit]}`);
  return { title: "Exits", body: lines.join("\n") };
}

const BEGIN: Section = {
  title: "To begin with",
  body: [
    "  gait demo                                   A small run to try the commands on",
    "  gait run inspect run_demo                   What it did, call by call",
    "  gait run import session.jsonl --pack        A pack of what your agent has already written",
    "  gait pack verify pack.zip --public-key KEY  Is it whole, unchanged, and whose is it",
  ].join("\n"),
};

const MORE: Section = {
  title: "More",
  body: [
    "  gait <command> --help  Its flags, with examples",
    "  gait explain <code>    What a finding, a verdict or an exit code means",
    "  gait man               Everything, as a manual page",
  ].join("\n"),
};

/** `gait --help`: all commands. */
export function overview(commands: readonly CommandSpec[]): string {
  const cli = cac("gait");
  for (const spec of commands) {
    cli.command(wordsOf(spec), spec.summary);
  }
  cli.usage("<command> [flags]");
  const introduction = [
    `gait ${BUILD.version}`,
    "Packs an agent run or a job into one file that anyone can verify offline, years later.",
  ];
  return rendered(cli, introduction.join("\n"), () => cli.outputHelp(), [exitsSection(ALL_EXITS), BEGIN, MORE]);
}

/** `gait pack --help`: the commands of one noun. */
export function nounHelp(noun: string, commands: readonly CommandSpec[]): string {
  const cli = cac(`gait ${noun}`);
  for (const spec of commands) {
    cli.command(spec.verb, spec.summary);
  }
  cli.usage("<command> [flags]");
  return rendered(cli, `gait ${noun}`, () => cli.outputHelp(), [exitsSection(exitsOf(commands))]);
}

/**
 * `gait pack verify --help`: one command with its flags and examples.
 * @param longer the commands that begin with its words, as `gait verify chain` does
 */
export function commandHelp(spec: CommandSpec, longer: readonly CommandSpec[] = []): string {
  const cli = cac(spec.noun === undefined ? "gait" : `gait ${spec.noun}`);
  const command = cli.command(spec.verb, spec.summary);
  const bare = spec.options.filter((option) => option.bare === true).map(({ value }) => `[${value}]`);
  command.usage([spec.verb, ...spec.positionals.map(positionalText), ...bare, "[flags]"].join(" "));
  for (const option of [...spec.options, ...COMMON_OPTIONS]) {
    // cac prints a default after the description, but does not support choices or repetition.
    command.option(
      flagText(option),
      descriptionText(option),
      option.default === undefined ? {} : { default: option.default },
    );
  }
  for (const { command: line, note } of spec.examples) {
    command.example(`  # ${note}\n  $ ${line}\n`);
  }
  const introduction = [
    `gait ${wordsOf(spec)}: ${spec.summary}`,
    ...(spec.description === undefined ? [] : ["", spec.description]),
    ...(longer.length === 0 ? [] : ["", "Commands:", ...longer.map(({ verb, summary }) => `  ${verb}  ${summary}`)]),
  ];
  return rendered(cli, introduction.join("\n"), () => command.outputHelp(), [exitsSection(exitsOf([spec, ...longer]))]);
}

function exitsOf(commands: readonly CommandSpec[]): readonly Exit[] {
  return [...new Set([...COMMON_EXITS, ...commands.flatMap(({ furtherExits }) => furtherExits ?? [])])];
}

function rendered(cli: CAC, introduction: string, printHelp: () => void, more: readonly Section[]): string {
  cli.help((sections) => [
    { body: introduction },
    // Drop cac's title, and its list of every command with `--help`.
    ...sections
      .slice(1)
      .filter(({ title }) => title?.startsWith("For more info") !== true)
      .map(inOurWords),
    ...more,
  ]);
  return captured(printHelp)
    .replace(/ +$/gm, "")
    .replace(/\n{3,}/g, "\n\n");
}

function inOurWords(section: Section): Section {
  if (section.title !== "Options") return section;
  return { title: "Flags", body: section.body.replace("Display this message", HELP_OPTION.description) };
}

/** `<file>`, `[id-or-file...]`: as in a usage line. */
export function positionalText({ name, required, repeatable }: PositionalSpec): string {
  const shown = repeatable === true ? `${name}...` : name;
  return required ? `<${shown}>` : `[${shown}]`;
}

/** A flag whose choices are longer has them in its description: the column of the flags is as wide as the widest. */
const WIDEST_CHOICES = 40;

/** `--profile <standard|strict>`, `--format <FORMAT>`, `--force` */
export function flagText(option: OptionSpec): string {
  const { flag, value, choices } = option;
  if (value === undefined) return flag;
  return `${flag} <${choices === undefined || hasManyChoices(option) ? value : choices.join("|")}>`;
}

export function descriptionText(option: OptionSpec): string {
  const { description, repeatable, choices = [] } = option;
  const all = hasManyChoices(option) ? `${description}: ${choices.join(", ")}` : description;
  return repeatable === true ? `${all} (may be repeated)` : all;
}

function hasManyChoices({ choices = [] }: OptionSpec): boolean {
  return choices.join("|").length > WIDEST_CHOICES;
}
