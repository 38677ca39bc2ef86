/** The environment fingerprint: tells whether a job resumes where it was submitted (contract 4.3). */
import { type Hashing, sha256Hex } from "../signature/digest.ts";

/**
 * `envfp:` and the SHA-256 of the parts as `name=value`, sorted, with `|` between them. The Go implementation's parts
 * are goos, goarch, goversion and shell; a fingerprint is compared as a whole, so other programs may use other parts.
 */
export function environmentFingerprint(parts: Readonly<Record<string, string>>, platform: Hashing): string {
  const text = Object.entries(parts)
    .map(([name, value]) => `${name}=${value.trim()}`)
    .sort()
    .join("|");
  return `envfp:${sha256Hex(platform, new TextEncoder().encode(text))}`;
}
