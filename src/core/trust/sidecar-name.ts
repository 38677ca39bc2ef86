/** Which files vouch for a pack, by their names: `NAME.zip[.LABEL].ENDING` (contract 11.3). A label has no dots. */

const ENDINGS = [
  "sigs.jsonl",
  "sigstore.jsonl",
  "sigstore.json",
  "intoto.jsonl",
  "sig",
  "sshsig",
  "minisig",
  "tsr",
] as const;
const AFTER = new RegExp(`^(?:\\.[A-Za-z0-9_@-]+)?\\.(?:${ENDINGS.join("|").replaceAll(".", "\\.")})(?:\\.tsr){0,2}$`);

/** Whether `name` is beside the pack named `pack`; both without their folder. */
export function isSidecarName(name: string, pack: string): boolean {
  return name.length > pack.length && name.startsWith(pack) && AFTER.test(name.slice(pack.length));
}

/** Whether a file of this name can only lie beside a pack, whichever that is. */
export function isSomeSidecarName(name: string): boolean {
  const end = name.toLowerCase().lastIndexOf(".zip.");
  return end > 0 && AFTER.test(name.slice(end + ".zip".length));
}

/** Whether it holds signatures: timestamps are no signatures. */
export function holdsSignatures(name: string): boolean {
  return !name.endsWith(".tsr");
}
