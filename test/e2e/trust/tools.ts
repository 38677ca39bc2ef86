/** Programs of other people that the tests of trust need. */

/** Whether it is there; with `CI=true` it has to be. */
export function hasTool(name: string, packageName: string): boolean {
  if (Bun.which(name) !== null) return true;
  if (process.env["CI"] === "true") throw new Error(`${name} is needed (Debian: ${packageName})`);
  return false;
}

export const hasSsh = hasTool("ssh-keygen", "openssh-client");
export const hasMinisign = hasTool("minisign", "minisign");
export const hasOpenssl = hasTool("openssl", "openssl");
