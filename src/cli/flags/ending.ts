/** The format of an answer and the ending of the file that it goes to. */
import { GaitError } from "../../core/finding/error.ts";

/** Endings that say what is in a file to whoever opens it; a file with any other is taken for every format. */
const SAID = /\.(csv|docx|html?|json|jsonl|markdown|md|ndjson|pdf|sarif|sql|txt|xml)$/i;

/** Formats by their endings, the usual one first; one without any has no ending of its own. */
export type Endings<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/** What the name of the file says of its format, where only one of them has its ending. */
export function formatNamed<Name extends string>(endings: Endings<Name>, out: string): Name | undefined {
  const ending = saidBy(out);
  const [named, another] = ending === undefined ? [] : formatsOf(endings, ending);
  return another === undefined ? named : undefined;
}

/**
 * @param flag the flag that names the format
 * @param asked how the format was asked for; it is the one that is taken without, where it was not
 * @throws GaitError `invalid_input` where the name of the file says another format
 */
export function assertEnding<Name extends string>(
  endings: Endings<Name>,
  { flag, format, out, asked }: { flag: string; format: Name; out: string; asked: string | undefined },
): void {
  const ending = saidBy(out);
  if (ending === undefined || endings[format].includes(ending)) return;
  const [own] = endings[format];
  const rename = own === undefined ? "Give the file another name" : `Name the file .${own}`;
  const others = formatsOf(endings, ending).map((name) => `${flag} ${name}`);
  const what = `${asked ?? `${format}, the format without ${flag},`} and --out ${out}`;
  throw new GaitError("invalid_input", `${what} do not go together`, {
    hint: others.length === 0 ? `${rename}.` : `${rename}, or give ${others.join(" or ")}.`,
  });
}

function saidBy(out: string): string | undefined {
  return SAID.exec(out)?.[1]?.toLowerCase();
}

function formatsOf<Name extends string>(endings: Endings<Name>, ending: string): Name[] {
  return (Object.keys(endings) as Name[]).filter((name) => endings[name].includes(ending));
}
