/** Rebuilds the golden pack byte for byte. */
import { sha256Hex } from "../signature/digest.ts";
import { type Check, expectSame, hex } from "./check.ts";
import { GOLDEN } from "./golden.ts";
import { makePack, SEED } from "./making.ts";

export const PACK_CHECKS: readonly Check[] = [
  {
    name: "build",
    shows: "the golden runpack and pack, built here, have the golden SHA-256",
    async run({ platform, createSigner }) {
      const signer = await createSigner?.(hex(SEED));
      const { runpack, pack } = await makePack(platform, signer);
      expectSame("SHA-256 of the runpack", sha256Hex(platform, runpack), GOLDEN.runpackSha256);
      const known = signer === undefined ? GOLDEN.unsignedSha256 : GOLDEN.packSha256;
      expectSame("SHA-256 of the pack", sha256Hex(platform, pack), known);
    },
  },
];
