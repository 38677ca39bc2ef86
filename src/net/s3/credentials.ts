/**
 * Keys for a bucket, out of the environment and of nothing else: the keys themselves, the token of a web identity (EKS, IRSA),
 * or the address of the container's agent (EKS Pod Identity, ECS). No instance metadata, no program, no file in a home folder.
 */
import { readFileSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import { AnswerTooLarge, type HttpAnswer, type HttpRequest, request } from "../http/request.ts";
import { authoritiesFor, LOOPBACK, serverAddress, type Variables } from "../http/server-address.ts";
import { parseXml, textOf, type XmlElement } from "./answer-xml.ts";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  /** Milliseconds since 1970; `undefined`: never. */
  readonly until: number | undefined;
}

/** Credentials are asked for again this long before they end. */
const EARLY_MS = 5 * 60 * 1000;
const SILENCE_MS = 20_000;
const MOST_BYTES = 64 * 1024;
/** Addresses at which agents of containers listen (AWS SDKs and Tools Reference Guide, container credential provider). */
const AGENTS: ReadonlySet<string> = new Set([...LOOPBACK, "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]);

/** Gives the credentials, again and again. */
export function credentialsOf(env: Variables, region: string): () => Promise<Credentials> {
  const [accessKeyId, secretAccessKey] = [env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]];
  if (accessKeyId && secretAccessKey) {
    const kept = {
      accessKeyId,
      secretAccessKey,
      sessionToken: env["AWS_SESSION_TOKEN"] || undefined,
      until: undefined,
    };
    return async () => kept;
  }
  if (accessKeyId || secretAccessKey) {
    const missing = accessKeyId ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID";
    throw new GaitError("invalid_input", `${missing} is not set, and the other of the two is`, { hint: HINT });
  }
  const ask = askerOf(env, region);
  if (ask === undefined)
    throw new GaitError("invalid_input", "there are no credentials for the bucket", { hint: HINT });
  let last: Promise<Credentials> | undefined;
  let until = 0;
  return async () => {
    if (last === undefined || Date.now() > until) {
      until = Number.POSITIVE_INFINITY;
      last = ask();
      last.then(
        (got) => {
          until = (got.until ?? Number.POSITIVE_INFINITY) - EARLY_MS;
        },
        () => {
          last = undefined;
        },
      );
    }
    return last;
  };
}

const HINT =
  "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where AWS_WEB_IDENTITY_TOKEN_FILE or AWS_CONTAINER_CREDENTIALS_FULL_URI is set. No file of a home folder is read.";

function askerOf(env: Variables, region: string): (() => Promise<Credentials>) | undefined {
  const [tokenFile, role] = [env["AWS_WEB_IDENTITY_TOKEN_FILE"], env["AWS_ROLE_ARN"]];
  if (tokenFile && role) return () => webIdentity(env, region, tokenFile, role);
  const full = env["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
  const relative = env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  if (relative?.startsWith("/")) return () => container(env, `http://169.254.170.2${relative}`);
  return full ? () => container(env, full) : undefined;
}

async function webIdentity(env: Variables, region: string, tokenFile: string, role: string): Promise<Credentials> {
  const url = serverAddress(env["AWS_ENDPOINT_URL_STS"] || `https://sts.${region}.amazonaws.com`, {
    variable: "AWS_ENDPOINT_URL_STS",
    plain: LOOPBACK,
    hint: "The token, and the keys that come for it, are for nobody on the way.",
  });
  const body = new URLSearchParams({
    ...{ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", RoleArn: role },
    ...{ RoleSessionName: env["AWS_ROLE_SESSION_NAME"] || "gait", WebIdentityToken: secretFile(tokenFile) },
  });
  const text = await answered(url, env, { method: "POST", body });
  const inner = (element: XmlElement | undefined, name: string) => element?.children.find((each) => each.name === name);
  const found = inner(inner(parseXml(text), "AssumeRoleWithWebIdentityResult"), "Credentials");
  return checked({
    AccessKeyId: textOf(found, "AccessKeyId"),
    SecretAccessKey: textOf(found, "SecretAccessKey"),
    Token: textOf(found, "SessionToken"),
    Expiration: textOf(found, "Expiration"),
  });
}

async function container(env: Variables, address: string): Promise<Credentials> {
  const url = serverAddress(address, {
    variable: "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    plain: AGENTS,
    hint: "It names the agent of the container: on this machine, or by https.",
    takesQuery: true,
  });
  const file = env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const token = file ? secretFile(file) : env["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  const text = await answered(url, env, { method: "GET", ...(token ? { headers: { authorization: token } } : {}) });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  return checked(typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {});
}

function checked(found: Readonly<Record<string, unknown>>): Credentials {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: token, Expiration: end } = found;
  const until = typeof end === "string" ? Date.parse(end) : Number.NaN;
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string" || accessKeyId === "") {
    throw new GaitError("store_refused", "the answer to the question for credentials has none", {
      hint: "Is the role, or the agent of the container, set up for this pod?",
    });
  }
  const sessionToken = typeof token === "string" && token !== "" ? token : undefined;
  return { accessKeyId, secretAccessKey, sessionToken, until: Number.isNaN(until) ? undefined : until };
}

async function answered(
  url: URL,
  env: Variables,
  asked: Pick<HttpRequest, "method" | "headers" | "body">,
): Promise<string> {
  const authorities = authoritiesFor(url, env);
  let answer: HttpAnswer;
  try {
    answer = await request(url, { ...asked, most: MOST_BYTES, silence: SILENCE_MS, authorities });
  } catch (error) {
    if (error instanceof AnswerTooLarge) throw refused(url, error.message);
    throw new GaitError("store_unreachable", `credentials can't be asked for at ${url.host}`, {
      hint: "Is the address right, and reachable from here?",
      cause: error,
    });
  }
  if (answer.status === 200) return new TextDecoder().decode(answer.bytes);
  throw refused(url, `${answer.status}`);
}

function refused(url: URL, by: string): GaitError {
  return new GaitError("store_refused", `the question for credentials was answered by ${by} from ${url.host}`, {
    hint: "Is the role, or the agent of the container, set up for this pod?",
  });
}

function secretFile(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new GaitError("not_readable", `the token in ${path} can't be read`, { cause: error });
  }
}
