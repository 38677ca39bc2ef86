/** The machine's WebCrypto: ECDSA and RSA, and the digests of certificates. */
import { GaitError } from "../../finding/error.ts";

/** @throws GaitError `unsupported` where there is none: a page over plain http. Nothing is judged without it. */
export function webCrypto(): SubtleCrypto {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    throw new GaitError("unsupported", "ECDSA and RSA can't be checked here: this page has no WebCrypto", {
      hint: "Open the page as a file or over https, or use the command line.",
    });
  }
  return subtle;
}
