/** The flags of commands whose store may be a bucket. */
import type { NetOptions } from "../../net/s3/open-bucket.ts";
import type { Call, OptionSpec } from "../command/command.ts";

export const NET_FLAGS: readonly OptionSpec[] = [
  { flag: "--allow-http", description: "Of a bucket: allow a server without TLS that is not on this machine" },
];

export function netOf(call: Call): NetOptions {
  return { allowHttp: call.has("--allow-http"), env: call.env };
}
