/** The members of a schema as a table of Markdown: one row for each, those of objects below their own. */
import type { TSchema } from "typebox";

/** The parts of a JSON Schema read here; the rest is for validators. */
interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
}

export function schemaTable(schema: TSchema): string {
  return `| member | type | what it is |\n|---|---|---|\n${rows(schema as Shape, "").join("")}`;
}

function rows({ properties = {}, required = [] }: Shape, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, member]) => {
    const path = `${prefix}${name}`;
    const isOptional = !required.includes(name);
    const about = [isOptional ? "Optional." : "", member.description ?? ""].join(" ").trim();
    const inner = member.items ?? member;
    const within = member.items === undefined ? `${path}.` : `${path}[].`;
    return [`| \`${path}\` | ${cell(typeText(member))} | ${cell(about)} |\n`, ...rows(inner, within)];
  });
}

function typeText(shape: Shape): string {
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const)}\``;
  if (shape.enum !== undefined) return shape.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (shape.anyOf !== undefined) return shape.anyOf.map(typeText).join(" or ");
  if (shape.items !== undefined) return `array of ${typeText(shape.items)}`;
  const { type = "any JSON value", title } = shape;
  return title === undefined ? type : `${type}: ${title}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
