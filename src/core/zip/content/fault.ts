/** What the readers of stored and of deflated data share: who takes the content, and what may be wrong with it. */
import type { FindingCode } from "../../finding/finding.ts";

/** Whether a piece was taken; `false` asks for no more. */
export type TakePiece = (chunk: Uint8Array) => boolean | Promise<boolean>;

export interface ContentFault {
  readonly code: FindingCode;
  readonly message: string;
}
