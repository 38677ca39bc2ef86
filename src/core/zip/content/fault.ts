/** Shared by the readers of stored and deflated data: the sink and the faults. */
import type { FindingCode } from "../../finding/finding.ts";

/** Takes a piece; returns `false` to stop. */
export type TakePiece = (chunk: Uint8Array) => boolean | Promise<boolean>;

export interface ContentFault {
  readonly code: FindingCode;
  readonly message: string;
}
