/** The address of a server as the environment names it: https, or where nobody else can listen. */
import { readFileSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";

/** What the environment says: variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface AddressRules {
  /** The variable that has it. */
  readonly variable: string;
  /** Hosts that are asked without TLS; `any` where somebody allowed it. */
  readonly plain: ReadonlySet<string> | "any";
  /** What to do where it is neither. */
  readonly hint: string;
  /** Whether a query may stand in it. */
  readonly takesQuery?: boolean;
}

/** This machine. */
export const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** @throws GaitError `invalid_input` */
export function serverAddress(text: string, { variable, plain, hint, takesQuery = false }: AddressRules): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new GaitError("invalid_input", `${variable} is not an address`, {
      hint: "Write https://host:port.",
      cause: error,
    });
  }
  const isPlain = url.protocol === "http:" && (plain === "any" || plain.has(url.hostname));
  if (url.protocol !== "https:" && !isPlain) {
    throw new GaitError("invalid_input", `${variable} is not https: ${url.protocol}//${url.host}`, { hint });
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "" || (url.search !== "" && !takesQuery)) {
    throw new GaitError("invalid_input", `${variable} has more than a host, a port and a path`, {
      hint: "Credentials stand in variables of their own.",
    });
  }
  return url;
}

/**
 * Certificates of authorities, PEM, as other tools take `AWS_CA_BUNDLE`: in the place of those that the runtime knows.
 * @throws GaitError `not_readable`, `invalid_input`
 */
export function authoritiesFor(server: URL, env: Variables): string | undefined {
  const path = env["AWS_CA_BUNDLE"];
  if (!path || server.protocol !== "https:") return undefined;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new GaitError("not_readable", `AWS_CA_BUNDLE names ${path}, which can't be read`, { cause: error });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new GaitError("invalid_input", `AWS_CA_BUNDLE names ${path}, in which there is no certificate`, {
    hint: "It has certificates of authorities in PEM: -----BEGIN CERTIFICATE-----.",
  });
}
