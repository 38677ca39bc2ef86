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
/** Both entry points of the package: an export of only one of them is not for users. */
const BROWSER_ENTRY = "src/core/library.ts";
const NODE_ENTRY = "src/host/platform/node-library.ts";

const INTRODUCTION = `# The library

<!-- Written by \`npm run docs\` from the comments of src/core/library.ts and of what it exports. -->

The npm package \`gait\` verifies, describes and compares packs in Node (20.12 or later), in Bun and in a browser.
\`node scripts/bun.mjs scripts/release/npm-package.ts\` makes it; \`examples/\` has a program for each of the three. It opens no
file and no connection: the caller gives the bytes, as a \`Uint8Array\` or a \`Blob\`.
`;

interface Documented {
  readonly name: string;
  readonly isFunction: boolean;
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
    const inNode = new Set((await exportsOf(project, NODE_ENTRY)).map(({ name }) => name));
    const methods = exported.find(({ name }) => name === "Library");
    if (methods === undefined) throw new Error(`${BROWSER_ENTRY} has no interface Library`);
    const shared = exported.filter(({ name }) => inNode.has(name));
    const documented = await Promise.all(shared.map((symbol) => describe(project, symbol, methods)));
    const gaps = gapsOf(documented);
    if (gaps.length > 0) throw new Error(`the library's docs: ${gaps.join("; ")}`);
    const [functions, types] = [true, false].map((wanted) => documented.filter((each) => each.isFunction === wanted));
    const parts = [INTRODUCTION, "## Functions\n", ...(await Promise.all((functions ?? []).map(section)))];
    parts.push("## Types\n", ...(await Promise.all((types ?? []).map(section))));
    return parts.join("\n");
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

/** `methods` has the signatures of functions exported from an object. */
async function describe(project: Project, exported: TypeSymbol, methods: TypeSymbol): Promise<Documented> {
  const isTakenOut = exported.declarations[0]?.kind === SyntaxKind.BindingElement;
  const { name } = exported;
  const members = isTakenOut ? [...(await methods.getMembers()).values()] : [];
  const symbol = members.find((member) => member.name === name) ?? exported;
  const node = await symbol.declarations[0]?.resolve(project);
  if (node === undefined) throw new Error(`${name} has no declaration`);
  const tags = await symbol.getJsDocTags(project.checker);
  return {
    name,
    isFunction: node.kind === SyntaxKind.FunctionDeclaration || node.kind === SyntaxKind.MethodSignature,
    text: declarationText(node),
    file: node.getSourceFile().fileName,
    comment: (await symbol.getDocumentationComment(project.checker)).trim(),
    throws: tags
      .filter((tag) => tag.name === "throws")
      .map(({ text = "" }) => text.trim())
      .join("; "),
  };
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
  return all.flatMap(({ name, isFunction, comment, throws }) => [
    ...(comment === "" ? [`${name} has no comment`] : []),
    ...(isFunction && throws === "" ? [`${name} has no @throws`] : []),
  ]);
}

async function section({ name, isFunction, text, file, comment, throws }: Documented): Promise<string> {
  // A type derived from a schema lists its members there, not in its declaration.
  const isDerived = text.includes("Static<typeof ");
  const schema = isDerived ? (await import(file))[`${name}Schema`] : undefined;
  if (isDerived && schema === undefined) throw new Error(`${file} has no ${name}Schema`);
  return [
    `### \`${name}\`\n`,
    `${comment}\n`,
    schema === undefined ? `\`\`\`ts\n${text}\n\`\`\`\n` : schemaTable(schema),
    ...(isFunction ? [`Throws ${throws}.\n`] : []),
  ].join("\n");
}
