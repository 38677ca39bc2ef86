/** Opens the bucket that an address names, by what the environment says of servers and keys. Nothing is asked of it yet. */
import { readFileSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import { parseAddress } from "./address.ts";
import { Bucket } from "./bucket.ts";
import { S3Client, type S3Place } from "./client.ts";
import { credentialsOf, type Variables } from "./credentials.ts";

export interface NetOptions {
  /** Without TLS, to another machine. */
  readonly allowHttp: boolean;
  /** Where servers and keys are named. */
  readonly env: Variables;
}

const DEFAULT_REGION = "us-east-1";

/**
 * @param address `s3://bucket/prefix`
 * @throws GaitError `invalid_input` for an address or an endpoint that can't be one, and without credentials
 */
export function openBucket(
  address: string,
  { env, allowHttp }: NetOptions,
): { readonly bucket: Bucket; readonly place: string } {
  const parsed = parseAddress(address);
  const place = placeOf(parsed.bucket, env, allowHttp);
  keepFromProxies(place.endpoint);
  const client = new S3Client(place, credentialsOf(env, place.region));
  return { bucket: new Bucket(client, parsed), place: parsed.text };
}

/** What is not encrypted goes to its server itself, whatever proxy the environment names: never by way of another machine. */
function keepFromProxies(endpoint: URL): void {
  if (endpoint.protocol !== "http:") return;
  for (const name of ["NO_PROXY", "no_proxy"]) {
    const before = process.env[name];
    process.env[name] = before ? `${before},${endpoint.hostname}` : endpoint.hostname;
  }
}

function placeOf(bucket: string, env: Variables, allowHttp: boolean): S3Place {
  const region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || DEFAULT_REGION;
  if (!/^[a-z0-9-]{1,64}$/.test(region)) {
    throw new GaitError("invalid_input", `AWS_REGION can't be ${JSON.stringify(region)}`, {
      hint: "Write it as eu-central-1; servers of one's own take any.",
    });
  }
  const stated = env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"];
  if (!stated) {
    const endpoint = new URL(`https://s3.${region}.amazonaws.com`);
    const authorities = authoritiesOf(env["AWS_CA_BUNDLE"]);
    // The certificate is of one name more, and not of two.
    return { bucket, region, endpoint, isPathStyle: bucket.includes("."), authorities };
  }
  let endpoint: URL;
  try {
    endpoint = new URL(stated);
  } catch (error) {
    throw new GaitError("invalid_input", "AWS_ENDPOINT_URL_S3 is not an address", {
      hint: "Write https://host:port.",
      cause: error,
    });
  }
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(endpoint.hostname);
  if (endpoint.protocol !== "https:" && !(endpoint.protocol === "http:" && (isLoopback || allowHttp))) {
    throw new GaitError("invalid_input", `AWS_ENDPOINT_URL_S3 is not https: ${endpoint.protocol}//${endpoint.host}`, {
      hint: "Without TLS anybody on the way could read the packs. --allow-http allows it.",
    });
  }
  if (endpoint.username !== "" || endpoint.password !== "" || endpoint.search !== "" || endpoint.hash !== "") {
    throw new GaitError("invalid_input", "AWS_ENDPOINT_URL_S3 has more than a host, a port and a path", {
      hint: "Credentials stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    });
  }
  const authorities = endpoint.protocol === "https:" ? authoritiesOf(env["AWS_CA_BUNDLE"]) : undefined;
  return { bucket, region, endpoint, isPathStyle: true, authorities };
}

/** As other tools take it: these, in the place of those that the runtime knows. */
function authoritiesOf(path: string | undefined): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new GaitError("not_readable", `AWS_CA_BUNDLE names ${path}, which can't be read`, { cause: error });
  }
}
