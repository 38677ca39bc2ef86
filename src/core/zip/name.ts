/**
 * Entry names. Reader and writer share the rules: a name means the same file on every system, for every reader (APPNOTE
 * 4.4.17; classes B2, B3 and B4 of "My ZIP isn't your ZIP", USENIX Security 2025).
 */
import type { FindingCode } from "../finding/finding.ts";
import { MAX_NAME_BYTES } from "./limits.ts";

export interface NameFault {
  readonly code: Extract<FindingCode, "zip_name_invalid" | "zip_name_unsafe" | "zip_directory_entry">;
  readonly message: string;
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossyUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Control characters and line separators (they break lists and terminals), the byte order mark, and bidi controls,
 * which can make a name look like a different one.
 */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Windows device names, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?: *\.| *$)/i;

/** A quick test for a device name. */
const PLAIN_DEVICE = /(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$)/i;

/** Typical names: letters, digits and these, without empty parts or parts that start with a dot. */
const PLAIN_NAME = /^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/** Decodes a name. If there is a `fault`, the text is only for display. */
export function decodeName(bytes: Uint8Array, utf8Flag: boolean): { name: string; fault?: NameFault } {
  if (bytes.length > MAX_NAME_BYTES) {
    const name = `${lossyUtf8.decode(bytes.subarray(0, 64))}...`;
    return { name, fault: invalid(`the name is longer than ${MAX_NAME_BYTES} bytes`) };
  }
  let name: string;
  try {
    name = strictUtf8.decode(bytes);
  } catch {
    return { name: lossyUtf8.decode(bytes), fault: invalid("the name is not UTF-8") };
  }
  // Without the flag, some readers decode a name as CP437 and others as UTF-8 (APPNOTE appendix D). UTF-8 has more
  // bytes than UTF-16 has units, except for ASCII.
  if (!utf8Flag && name.length !== bytes.length) {
    return { name, fault: invalid("the name is not ASCII, but the UTF-8 flag is not set") };
  }
  const fault = pathOrTextFault(name);
  return fault === undefined ? { name } : { name, fault };
}

/** What is wrong with a name, or `undefined`: a writer gives no other. */
export function nameFault(name: string): NameFault | undefined {
  return pathOrTextFault(name) ?? strangeName(name, false);
}

/** Files that people bring along keep their names, as far as no reader changes one. */
const EVIDENCE = "evidence/";

/**
 * Names are of a closed set: letters, digits, `.`, `_` and `-`, and no dot at either end of a part. Readers drop, replace
 * or compose anything else when they unpack it, and then the file that the manifest declares is not there, or is another:
 * `;` and what follows it (Info-ZIP), `| < > " ? *` (python, 7-Zip and libarchive on Windows), decomposed letters
 * (libarchive), a dot or space at the end (Windows), `._` (AppleDouble). Some names mean something else to a reader.
 */
export function strangeName(name: string, hasEvidence: boolean): NameFault | undefined {
  // A quick check that is enough for most names, without looking at each part.
  if (PLAIN_NAME.test(name) && !/\.(?:\/|$)|__|meta-inf/i.test(name)) return undefined;
  const [set, others] = hasEvidence && name.startsWith(EVIDENCE) ? EVIDENCE_PART : PLAIN_PART;
  for (const part of name.split("/")) {
    if (!set.test(part)) {
      const odd = others.exec(part)?.[0];
      const what = odd === undefined ? "a dot or a space at one end of a part" : JSON.stringify(odd);
      return unsafe(`the name has ${what}, which some readers change or drop`);
    }
    if (OTHER_MEANING.has(part.toLowerCase()))
      return unsafe(`"${part}" means something else than the name of a file to some readers`);
  }
  return undefined;
}

/** What macOS and Windows put into archives and folders beside the files. */
export function isAddition(name: string): boolean {
  const parts = name.split("/");
  return parts[0] === "__MACOSX" || ADDITIONS.has(parts.at(-1) ?? "");
}

const ADDITIONS: ReadonlySet<string> = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/** What a part may be, and the characters that it may not have anywhere. */
type Part = readonly [part: RegExp, others: RegExp];

const PLAIN_PART: Part = [/^[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/, /[^A-Za-z0-9._-]/u];
/** Printable ASCII without `\ : * ? " < > | ;`. */
const EVIDENCE_PART: Part = [
  /^[!#-)+,\-0-9=@-[\]-{}~](?:[ !#-)+-.0-9=@-[\]-{}~]*[!#-)+,\-0-9=@-[\]-{}~])?$/,
  /[^ !#-)+-.0-9=@-[\]-{}~]/u,
];

/**
 * `__proto__`: an object's prototype to fflate and node-stream-zip. `__MACOSX`: extract-zip passes over it. `META-INF`:
 * Java's readers take manifests, signatures and versions of other files from it.
 */
const OTHER_MEANING = new Set(["__proto__", "__macosx", "meta-inf"]);

/** What is wrong with the text of a name, or with it as a path. */
function pathOrTextFault(name: string): NameFault | undefined {
  if (name.length <= MAX_NAME_BYTES && PLAIN_NAME.test(name) && !PLAIN_DEVICE.test(name)) return undefined;
  if (name === "") return invalid("the name is empty");
  if (!name.isWellFormed()) return invalid("the name has a lone surrogate");
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES) {
    return invalid(`the name is longer than ${MAX_NAME_BYTES} bytes`);
  }
  if (UNPRINTABLE.test(name)) return invalid("the name has control characters");
  // Some systems normalize lookalikes (`‥`, `／`) to a dot or a slash: the result must be harmless too.
  return pathFault(name) ?? pathFault(name.normalize("NFKC"));
}

/** What is wrong with a name as a path. */
export function pathFault(name: string): NameFault | undefined {
  if (name.includes("\\")) return unsafe("the name has a backslash, which some readers treat as a separator");
  if (name.startsWith("/")) return unsafe("the name is an absolute path");
  // A drive at the start; elsewhere, NTFS treats `a.json:x` and `a.json::$DATA` as streams of the file `a.json`.
  if (name.includes(":")) return unsafe("the name has a colon: a drive, or a stream of another file, on Windows");
  const parts = name.split("/");
  if (parts.at(-1) === "") return { code: "zip_directory_entry", message: "the name is a directory's" };
  // Windows drops dots and spaces at the end of a part, so ".. " and "..." are ways to write "..".
  if (parts.some((part) => DEVICE.test(part))) return unsafe("the name is a device name on Windows");
  if (parts.some((part) => /^[. ]*$/.test(part))) return unsafe("the name has an empty part, or one of dots only");
  return undefined;
}

/**
 * Two names with the same key are the same file on some system: macOS folds Unicode forms and letter case, Windows
 * folds letter case and drops trailing dots and spaces of a part. NFKC is coarser than needed, which is safer: too fine
 * a key would accept colliding files, too coarse a key only refuses odd names. `/` becomes the least character, so that
 * sorted keys have a file directly before entries that use it as a directory.
 */
export function collisionKey(name: string): string {
  // ASCII has one form: skip the Unicode tables, which cost milliseconds at first use.
  const ascii = /^[\x20-\x7e]*$/.test(name);
  const folded = ascii ? name.toLowerCase() : fold(name.normalize("NFKC").replace(IGNORED, "")).normalize("NFKC");
  return folded.split("/").map(withoutTail).join("\0");
}

/** HFS+ ignores joiners and similar invisible characters in a name. */
const IGNORED = /\p{Default_Ignorable_Code_Point}/gu;

/** Upper case expands what lower case keeps (`ß` and `ss`, `ſ` and `s`), and lower case what upper case keeps (`ẞ`). */
function fold(name: string): string {
  return name.toLowerCase().toUpperCase().toLowerCase();
}

/** `part` without trailing dots and spaces; not a regular expression, because that would be quadratic. */
function withoutTail(part: string): string {
  let end = part.length;
  while (end > 0 && (part[end - 1] === "." || part[end - 1] === " ")) end -= 1;
  return part.slice(0, end);
}

/**
 * Pairs of names, by index, that are the same file, or where one is a directory of the other; includes duplicates. n
 * log n in the number of names.
 */
export function collisions(names: readonly string[]): (readonly [number, number])[] {
  const keyed = names.map((name, index) => ({ key: collisionKey(name), index }));
  keyed.sort((left, right) => compare(left.key, right.key) || left.index - right.index);
  const pairs: (readonly [number, number])[] = [];
  for (let at = 1; at < keyed.length; at += 1) {
    const before = keyed[at - 1];
    const here = keyed[at];
    if (before === undefined || here === undefined) continue;
    if (here.key === before.key || here.key.startsWith(`${before.key}\0`)) pairs.push([before.index, here.index]);
  }
  return pairs;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function invalid(message: string): NameFault {
  return { code: "zip_name_invalid", message };
}

function unsafe(message: string): NameFault {
  return { code: "zip_name_unsafe", message };
}
