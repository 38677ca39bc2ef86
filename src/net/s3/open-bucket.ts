/** Opens the bucket that an address names, by what the environment says of servers and keys. Nothing is asked of it yet. */
import { GaitError } from "../../core/finding/error.ts";
import { authoritiesFor, LOOPBACK, serverAddress, type Variables } from "../http/server-address.ts";
import { parseAddress } from "./address.ts";
import { Bucket } from "./bucket.ts";
import { S3Client, type S3Place } from "./client.ts";
import { credentialsOf } from "./credentials.ts";

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
  const client = new S3Client(place, credentialsOf(env, place.region));
  return { bucket: new Bucket(client, parsed), place: parsed.text };
}

function placeOf(bucket: string, env: Variables, allowHttp: boolean): S3Place {
  const region = env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || DEFAULT_REGION;
  if (!/^[a-z0-9-]{1,64}$/.test(region)) {
    throw new GaitError("invalid_input", `AWS_REGION can't be ${JSON.stringify(region)}`, {
      hint: "Write it as eu-central-1; servers of one's own take any.",
    });
  }
  const variable = env["AWS_ENDPOINT_URL_S3"] ? "AWS_ENDPOINT_URL_S3" : "AWS_ENDPOINT_URL";
  const stated = env[variable];
  if (!stated) {
    const endpoint = new URL(`https://s3.${region}.amazonaws.com`);
    // The certificate is of one name more, and not of two.
    return { bucket, region, endpoint, isPathStyle: bucket.includes("."), authorities: authoritiesFor(endpoint, env) };
  }
  const endpoint = serverAddress(stated, {
    variable,
    plain: allowHttp ? "any" : LOOPBACK,
    hint: "Without TLS anybody on the way could read the packs. --allow-http allows it.",
  });
  return { bucket, region, endpoint, isPathStyle: true, authorities: authoritiesFor(endpoint, env) };
}
