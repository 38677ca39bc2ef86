/**
 * OpenSSH's allowed_signers as a trust file (`man ssh-keygen`, ALLOWED SIGNERS): each line's principals are one signer, and any
 * one of them vouches for any kind of pack. Refused: certificate authorities, patterns, and times without Z, which a local
 * time zone would decide.
 */
import { isTimestamp } from "../../../schema/validate/format.ts";
import { GaitError } from "../../finding/error.ts";
import type { Hashing } from "../../signature/digest.ts";
import { COUNTERSIGNATURE } from "../format/statement.ts";
import { readPublicKey } from "../key/read-public.ts";
import { type Complain, checkWindow } from "./fault.ts";
import { PACK_KINDS, type TrustedKey, type TrustedSigner, type TrustPolicy } from "./policy.ts";

/** The role of its one rule. */
const ROLE = "signer";

export function readAllowedSigners(
  bytes: Uint8Array,
  platform: Hashing,
  complain: Complain,
): Omit<TrustPolicy, "sha256"> | undefined {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const signers = new Map<string, TrustedKey[]>();
  let isEmpty = true;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content === "" || content.startsWith("#")) continue;
    isEmpty = false;
    const read = readLine(content, `line ${index + 1}`, platform, complain);
    if (read === "stop") return undefined;
    if (read === undefined) continue;
    const keys = signers.get(read.principals);
    if (keys === undefined) signers.set(read.principals, [read.key]);
    else keys.push(read.key);
  }
  if (isEmpty) complain("the file", "names nobody: it is neither a trust file nor allowed_signers of OpenSSH");
  if (signers.size === 0) return undefined;
  const list: TrustedSigner[] = [...signers].map(([id, keys]) => ({ id, keys }));
  const need = { role: ROLE, of: list.map(({ id }) => id), atLeast: 1, predicates: [COUNTERSIGNATURE] };
  return {
    ...{ form: "allowed_signers", name: "allowed_signers", version: 0, signers: list, authorities: [] },
    rules: [{ for: PACK_KINDS, need: [need], isTimeRequired: false }],
  };
}

const KEY_TYPE = /^(?:ssh-|ecdsa-|sk-)\S*$/;

function readLine(
  line: string,
  where: string,
  platform: Hashing,
  complain: Complain,
): { readonly principals: string; readonly key: TrustedKey } | undefined | "stop" {
  const words = wordsOf(line);
  const [principals = "", second = "", ...rest] = words ?? [];
  const hasOptions = !KEY_TYPE.test(second);
  const [type = "", base64 = ""] = hasOptions ? rest : [second, ...rest];
  if (words === undefined || !KEY_TYPE.test(type) || base64 === "") {
    complain(
      where,
      "is no line of allowed_signers: principals, options, key type, key",
      "A trust file is a JSON object: `gait trust init` makes one of public keys; a key alone is given with --public-key.",
    );
    return "stop";
  }
  const names = unquoted(principals);
  if (names === "" || /[*?!]/.test(names)) {
    complain(where, "has a pattern in its principals; name each person");
    return undefined;
  }
  const options = hasOptions ? readOptions(second, where, complain) : {};
  if (options === undefined) return undefined;
  checkWindow(options, where, complain);
  try {
    const key = readPublicKey(`${type} ${base64}`, platform, `${where}:`);
    return { principals: names, key: { key, namespaces: ["file"], ...options } };
  } catch (error) {
    if (!(error instanceof GaitError)) throw error;
    complain(where, error.message.slice(where.length + 2), error.hint);
    return undefined;
  }
}

/** Words between blanks, with blanks allowed in double quotes. */
function wordsOf(line: string): string[] | undefined {
  const words = line.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return words.join("") === line.replaceAll(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, "") ? words : undefined;
}

function unquoted(text: string): string {
  return /^"(.*)"$/.exec(text)?.[1]?.replaceAll('\\"', '"') ?? text;
}

type Options = Partial<Pick<TrustedKey, "from" | "until" | "namespaces">>;

function readOptions(text: string, where: string, complain: Complain): Options | undefined {
  const read: { from?: string; until?: string; namespaces?: string[] } = {};
  const parts = text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  for (const part of parts) {
    const [, name = "", value] = /^([A-Za-z-]+)(?:=("(?:[^"\\]|\\.)*"))?$/.exec(part) ?? [];
    const content = value === undefined ? undefined : unquoted(value);
    switch (name.toLowerCase()) {
      case "namespaces": {
        const list = (content ?? "").split(",");
        if (list.some((each) => each === "" || /[*?!]/.test(each)))
          return refuse(where, "has a pattern in its namespaces; name each", complain);
        if (read.namespaces !== undefined) return refuse(where, "has `namespaces` twice", complain);
        read.namespaces = list;
        break;
      }
      case "valid-after":
      case "valid-before": {
        const member = name.toLowerCase() === "valid-after" ? "from" : "until";
        const time = timeOf(content ?? "");
        if (time === undefined)
          return refuse(where, `has a ${name} that is no time in UTC: YYYYMMDDZ or YYYYMMDDHHMM[SS]Z`, complain);
        if (read[member] !== undefined) return refuse(where, `has \`${name}\` twice`, complain);
        read[member] = time;
        break;
      }
      case "cert-authority":
        return refuse(where, "is a certificate authority, and certificates of OpenSSH are not read", complain);
      default:
        return refuse(where, "has an option that is unknown here", complain);
    }
  }
  return read;
}

function refuse(where: string, what: string, complain: Complain): undefined {
  complain(where, what);
  return undefined;
}

function timeOf(text: string): string | undefined {
  const [, year, month, day, hour = "00", minute = "00", second = "00"] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z$/.exec(text) ?? [];
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return isTimestamp(time) ? time : undefined;
}
