/**
 * docs/library.md, from the doc comments of the npm package's exports and the schemas of its answers. An export
 * without a comment, or a function that names no error, is refused. TypeDoc needs the compiler API of TypeScript 6, which
 * version 7 does not have; this asks version 7 itself.
 */
import { join } from "node:path";
import { type ClassDeclaration, type FunctionDeclaration, type Node, SyntaxKind } from "typescript/unstable/ast";
import { API, type Checker, type Project, SymbolFlags, type Symbol as TypeSymbol } from "typescript/unstable/async";
import { schemaTable } from "./schema-table.ts";

const ROOT = join(import.meta.dir, "..");
/** The entry points of the package: an export that one of them lacks is not for users. */
const BROWSER_ENTRY = "src/core/library.ts";
const PROGRAM_ENTRIES = ["src/host/platform/node-library.ts", "src/host/platform/bun-library.ts"];
/** Of the functions that the package exports, and of its recorder. */
const INTERFACES = ["src/core/verifying-library.ts", "src/core/making-library.ts"];
const LOG_ENTRY = "src/host/recorder/file-log.ts";

const INTRODUCTION = `# The library

<!-- Written by \`npm run docs\` from the comments of src/core/library.ts and of what it exports. -->

The npm package \`gait\` records runs of agents, builds and signs packs, and verifies, describes and compares them, in Node (20.12 or
later), in Bun and in a browser. [recorder.md](recorder.md) is the guide to recording.
\`node scripts/bun.mjs scripts/release/npm-package.ts\` makes it; \`examples/\` has programs for each of the three. It opens no
connection, and no file but those of [\`gait/log\`](#gaitlog): the caller gives the bytes, as a \`Uint8Array\` or a \`Blob\`.
`;

interface Documented {
  readonly name: string;
  readonly isFunction: boolean;
  /** Of a class: its public members. */
  readonly members?: readonly Documented[];
  /** The declaration as in its source, without the body of a function. */
  readonly text: string;
  readonly file: string;
  readonly comment: string;
  readonly throws: string;
}

/** @throws Error which exports have no comment, and which functions document no errors */
export async function libraryReference(): Promise<string> {
  const api = new API();
  try {
    const snapshot = await api.updateSnapshot({ openProjects: [join(ROOT, "tsconfig.json")] });
    const project = snapshot.getProjects()[0];
    if (project === undefined) throw new Error("tsconfig.json is no project");
    const exported = await exportsOf(project, BROWSER_ENTRY);
    const inPrograms = await Promise.all(
      PROGRAM_ENTRIES.map(async (entry) => new Set((await exportsOf(project, entry)).map(({ name }) => name))),
    );
    const interfaces = (await Promise.all(INTERFACES.map((file) => exportsOf(project, file)))).flat();
    const libraries = interfaces.filter(({ name }) => /^(Verifying|Making)Library$/.test(name));
    if (libraries.length !== INTERFACES.length) throw new Error(`${INTERFACES} have no interface of the library`);
    const taken = (await Promise.all(libraries.map((each) => each.getMembers()))).flatMap((each) => [...each.values()]);
    const shared = exported.filter(({ name }) => inPrograms.every((names) => names.has(name)));
    const describeAll = (symbols: readonly TypeSymbol[]): Promise<Documented[]> =>
      Promise.all(symbols.map((symbol) => describe(project, symbol, taken)));
    const [documented, log] = await Promise.all([
      describeAll(shared),
      describeAll(await exportsOf(project, LOG_ENTRY)),
    ]);
    const gaps = gapsOf([...documented, ...log]);
    if (gaps.length > 0) throw new Error(`the library's docs: ${gaps.join("; ")}`);
    const sections = async (all: readonly Documented[]): Promise<string[]> => Promise.all(all.map(section));
    const isClass = ({ members }: Documented): boolean => members !== undefined;
    return [
      INTRODUCTION,
      "## Functions\n",
      ...(await sections(documented.filter(({ isFunction }) => isFunction))),
      "## Recording\n",
      ...(await sections(documented.filter(isClass))),
      "## `gait/log`\n",
      'In Node and in Bun: `import { createLog, openLog } from "gait/log"`.\n',
      ...(await sections(log)),
      "## Types\n",
      ...(await sections(documented.filter((each) => !each.isFunction && !isClass(each)))),
    ].join("\n");
  } finally {
    await api.close();
  }
}

async function exportsOf({ program, checker }: Project, entry: string): Promise<TypeSymbol[]> {
  const file = await program.getSourceFile(join(ROOT, entry));
  const module = file && (await checker.getSymbolAtLocation(file));
  if (module === undefined) throw new Error(`${entry} is not in the project`);
  const symbols = await checker.getExportsOfModule(module);
  return Promise.all(symbols.map((symbol) => withoutAlias(symbol, checker)));
}

async function withoutAlias(symbol: TypeSymbol, checker: Checker): Promise<TypeSymbol> {
  return (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** `taken` has the members of the library's object, whose names the entry points export. */
async function describe(project: Project, exported: TypeSymbol, taken: readonly TypeSymbol[]): Promise<Documented> {
  const isTakenOut = exported.declarations[0]?.kind === SyntaxKind.BindingElement;
  const { name } = exported;
  const member = isTakenOut ? taken.find((each) => each.name === name) : undefined;
  const node = await (member ?? exported).declarations[0]?.resolve(project);
  if (node === undefined) throw new Error(`${name} has no declaration`);
  // The recorder is a class that each entry point binds to its platform.
  if (node.kind === SyntaxKind.PropertySignature) return describeClass(project, await classNamed(project, name), node);
  if (node.kind === SyntaxKind.ClassDeclaration && methodsOf(node).length > 0) {
    return describeClass(project, exported, undefined);
  }
  return describeOne(project, name, member ?? exported, node);
}

async function describeOne(project: Project, name: string, symbol: TypeSymbol, node: Node): Promise<Documented> {
  const tags = await symbol.getJsDocTags(project.checker);
  return {
    name,
    isFunction: [SyntaxKind.FunctionDeclaration, SyntaxKind.MethodSignature, SyntaxKind.MethodDeclaration].includes(
      node.kind,
    ),
    text: declarationText(node),
    file: node.getSourceFile().fileName,
    comment: (await symbol.getDocumentationComment(project.checker)).trim(),
    throws: tags
      .filter((tag) => tag.name === "throws")
      .map(({ text = "" }) => text.trim())
      .join("; "),
  };
}

const CLASS_FILES = ["src/core/recorder/recorder.ts"];

async function classNamed(project: Project, name: string): Promise<TypeSymbol> {
  const all = (await Promise.all(CLASS_FILES.map((file) => exportsOf(project, file)))).flat();
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${CLASS_FILES} have no class ${name}`);
  return found;
}

/** @param made how callers make one, where they do */
async function describeClass(project: Project, symbol: TypeSymbol, made: Node | undefined): Promise<Documented> {
  const node = await symbol.declarations[0]?.resolve(project);
  if (node === undefined) throw new Error(`${symbol.name} has no declaration`);
  const whole = await describeOne(project, symbol.name, symbol, node);
  const members = await Promise.all(
    [...(await symbol.getMembers()).values()].map(async (member) => {
      const declared = await member.declarations[0]?.resolve(project);
      return declared === undefined || !isPublic(declared)
        ? []
        : [await describeOne(project, `${symbol.name}.${member.name}`, member, declared)];
    }),
  );
  const [, parameters = ""] = /^readonly \w+: new (\([\s\S]*\)) => /.exec(made?.getText() ?? "") ?? [];
  const first =
    made === undefined
      ? []
      : [`new ${symbol.name}${parameters.replaceAll(/\s+/g, " ").replace(/^\( (.*?),? \)$/, "($1)")};`];
  const all = members.flat();
  return { ...whole, members: all, text: [...first, ...all.map(({ text }) => text)].join("\n") };
}

const PUBLIC: readonly SyntaxKind[] = [
  SyntaxKind.MethodDeclaration,
  SyntaxKind.GetAccessor,
  SyntaxKind.PropertyDeclaration,
];

function isPublic(node: Node): boolean {
  return PUBLIC.includes(node.kind) && !/^(?:async |readonly |get )*#/.test(node.getText());
}

function methodsOf(node: Node): Node[] {
  return [...(node as ClassDeclaration).members].filter(
    (member) => member.kind === SyntaxKind.MethodDeclaration && isPublic(member),
  );
}

/** The declaration without its comment and without the bodies of functions. */
function declarationText(node: Node): string {
  const members = node.kind === SyntaxKind.ClassDeclaration ? (node as ClassDeclaration).members : [node];
  let text = node.getText();
  for (const member of members) {
    const body = (member as FunctionDeclaration).body?.getText();
    if (body !== undefined) text = text.replace(` ${body}`, ";");
  }
  return text;
}

/** The omissions in the comments of these exports. */
export function gapsOf(all: readonly Documented[]): string[] {
  return all.flatMap(({ name, isFunction, comment, throws, members = [] }): string[] => [
    ...(comment === "" ? [`${name} has no comment`] : []),
    ...(isFunction && throws === "" ? [`${name} has no @throws`] : []),
    ...gapsOf(members),
  ]);
}

async function section(documented: Documented): Promise<string> {
  const { name, isFunction, text, file, comment, throws, members = [] } = documented;
  // A type derived from a schema lists its members there, not in its declaration.
  const isDerived = text.includes("Static<typeof ");
  const schema = isDerived ? (await import(file))[`${name}Schema`] : undefined;
  if (isDerived && schema === undefined) throw new Error(`${file} has no ${name}Schema`);
  return [
    `### \`${name}\`\n`,
    `${comment}\n`,
    schema === undefined ? `\`\`\`ts\n${text}\n\`\`\`\n` : schemaTable(schema),
    ...(isFunction && throws !== "nothing" ? [`Throws ${throws}.\n`] : []),
    ...members.map(memberText),
  ].join("\n");
}

function memberText({ name, comment, throws }: Documented): string {
  const errors = throws === "" || throws === "nothing" ? "" : ` Throws ${throws.replaceAll(/\s+/g, " ")}.`;
  return `- \`${name}\`: ${comment.replaceAll(/\s+/g, " ")}${errors}\n`;
}
