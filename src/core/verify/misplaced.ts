/** Where the manifest is, if it is not where it belongs: the pack's folder was zipped, or the pack itself once more. */
import { PACK_MANIFEST, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { isAddition } from "../zip/name.ts";
import type { Archive } from "../zip/reader.ts";

export function manifestMissing({ layout }: Archive): Finding {
  const names = layout.entries.map(({ name }) => name).filter((name) => !isAddition(name));
  const missing = `the archive has neither ${PACK_MANIFEST} nor ${RUNPACK_MANIFEST}`;
  const deeper = names.find((name) => name.endsWith(`/${PACK_MANIFEST}`) || name.endsWith(`/${RUNPACK_MANIFEST}`));
  if (deeper !== undefined) {
    const message = `${missing}; it is at ${deeper}: the pack was unpacked, and its folder zipped again`;
    return finding("manifest_missing", { message, path: deeper, hint: REZIPPED });
  }
  const archives = names.filter((name) => name.endsWith(".zip"));
  if (archives.length === 0 || archives.length < names.length) return finding("manifest_missing", { message: missing });
  const [first = ""] = archives;
  const more = archives.length > 1 ? ` and ${archives.length - 1} more` : "";
  const message = `${missing}, but ${first}${more}: what was sent was zipped once more`;
  const hint =
    archives.length === 1
      ? `Unpack ${first} and verify that (CI systems wrap an upload in one more ZIP), or run gait pack normalize.`
      : "Unpack them and verify each (CI systems wrap an upload in one more ZIP).";
  return finding("manifest_missing", { message, path: first, hint });
}

/** Whether a manifest is in a folder, and none where it belongs. */
export function hasMisplaced({ layout }: Archive): boolean {
  const names = layout.entries.map(({ name }) => name);
  if (names.includes(PACK_MANIFEST) || names.includes(RUNPACK_MANIFEST)) return false;
  return names.some((name) => name.endsWith(`/${PACK_MANIFEST}`) || name.endsWith(`/${RUNPACK_MANIFEST}`));
}

const REZIPPED =
  "Ask for the original file, or run `gait pack normalize`, which brings it back into its form if nothing else is " +
  "wrong.";
