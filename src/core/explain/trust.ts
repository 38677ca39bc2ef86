/** The findings of a verification with a trust file, explained. */
import type { FindingCode } from "../finding/finding.ts";
import type { Explanation } from "./verdict.ts";

export type TrustCode = Extract<FindingCode, `countersignature_${string}` | `timestamp_${string}` | `trust_${string}`>;

export const TRUST_EXPLANATIONS: Readonly<Record<TrustCode, Explanation>> = {
  countersignature_invalid: {
    meaning: "A signature beside the pack names a key of the trust file, and does not verify over this file.",
    innocently: "The pack was built again, or the signature was copied from beside another pack.",
    attack: "The pack, the signature or its statement was changed after signing.",
    action:
      "Treat the pack as altered until its source explains it. Other good signatures do not make up for it: remove the " +
      "named file only if you know that it is the mistake.",
  },
  countersignature_malformed: {
    meaning: "A file beside the pack should hold a signature, and can't be read.",
    innocently: "It was cut off in a transfer, or edited.",
    attack: "Something that one program reads as a signature and another as none.",
    action: "Get the named file again. If nobody needs it, remove it: what the rule asks for must be met without it.",
  },
  countersignature_contradicts: {
    meaning:
      "A good signature of a trusted key is over a statement with another pack id, type or source than the pack has.",
    innocently: "The program that wrote the statement took it from another pack.",
    attack: "A statement about one run is presented for another.",
    action: "Ask the signer to sign again. Do not rely on this signature.",
  },
  timestamp_mismatch: {
    meaning: "A timestamp of a trusted authority is over other bytes than those it lies beside.",
    innocently: "It was renamed, or the signature was made again after it was stamped.",
    attack: "An old timestamp is put beside a new signature, to make that look old.",
    action: "Remove it, or put the right one in its place.",
  },
  trust_unmet: {
    meaning: "The pack is intact, but not all those whom the trust file asks for have signed it so that it counts.",
    innocently: "A signature is still missing, a key has ended, or the signature files were not sent along.",
    attack: "Signatures were removed, or made with a key that is no longer trusted.",
    action:
      "The finding says who counts and why each of the others does not. A timestamp over a signature proves that it is " +
      "older than the end of its key.",
  },
  trust_no_rule: {
    meaning: "The trust file says nothing about this kind of pack (run, job or guard): then nobody can vouch for it.",
    innocently: "The trust file is meant for another kind.",
    attack: "An older or narrower trust file is given in the place of yours: compare its SHA-256.",
    action: "Give the right trust file, or add a rule for this kind.",
  },
};
