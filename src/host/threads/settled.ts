/** How a task ended, as data: postMessage loses the class of an error. */
import { type ErrorCode, GaitError } from "../../core/finding/error.ts";

export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

export type Settled<T> = { readonly answer: T } | { readonly refused: Refusal } | { readonly broken: string };

/** Never throws. `broken` is a defect: any error that is not a `GaitError`. */
export async function settled<T>(task: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { answer: await task() };
  } catch (error) {
    if (error instanceof GaitError) return { refused: refusalOf(error) };
    return { broken: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

export function refusalOf({ code, message, hint }: GaitError): Refusal {
  return { code, message, hint };
}

/** The error again. */
export function errorOf({ code, message, hint }: Refusal): GaitError {
  return new GaitError(code, message, hint === undefined ? {} : { hint });
}
