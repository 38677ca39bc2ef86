/** Buckets that can't be used. */

/** What is wrong, the variables that make it so, the place, and what is said of it. */
export const BUCKET_FAULTS: readonly (readonly [string, Record<string, string>, string, string])[] = [
  [
    "a wrong key",
    { AWS_SECRET_ACCESS_KEY: "another" },
    "s3://evidence/x",
    "does not allow it: 403 SignatureDoesNotMatch",
  ],
  ["nobody known", { AWS_ACCESS_KEY_ID: "nobody" }, "s3://evidence/x", "does not allow it: 403 InvalidAccessKeyId"],
  ["no keys", { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, "s3://evidence/x", "there are no credentials"],
  ["no bucket", {}, "s3://nothing/x", "there is no bucket nothing"],
  ["no store", {}, "s3://evidence/none", "is no store: it has no gait-store.json"],
  ["nobody there", { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" }, "s3://evidence/x", "can't be reached at 127.0.0.1:9"],
  ["no TLS", { AWS_ENDPOINT_URL_S3: "http://rgw.example" }, "s3://evidence/x", "is not https: http://rgw.example"],
  ["no address of a bucket", {}, "s3://evidence/../x", "the prefix in s3://evidence/../x can't be one"],
  ["another service", {}, "gs://evidence/x", "gs://evidence/x is not a folder"],
];
