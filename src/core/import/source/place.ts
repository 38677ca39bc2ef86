/** Where in the source something is. */
export interface SourcePlace {
  /** The file's base name. */
  readonly file: string;
  /** From 1, in a file of lines. */
  readonly line?: number;
  /** In a JSON document. */
  readonly path?: string;
  /** Whether its JSON holds nothing that is marked (`core/import/source/json.ts`). */
  readonly isExact: boolean;
}

/** As a warning names it. */
export function placeText({ file, line, path }: SourcePlace): string {
  if (line !== undefined) return `${file}:${line}`;
  return path === undefined ? file : `${file}#${path}`;
}
