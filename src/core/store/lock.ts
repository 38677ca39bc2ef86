/** What keeps an object from being deleted: retention and legal hold, as S3 Object Lock has them. */

export interface ObjectLock {
  readonly mode: "governance" | "compliance" | undefined;
  /** Milliseconds since 1970; `undefined` without a retention. */
  readonly until: number | undefined;
  readonly isHeld: boolean;
}

/** Of a store whose objects can be locked. */
export interface ObjectLocks {
  /** Whether locks are known to be on: not where that may not be asked. */
  areOn(): Promise<boolean>;
  /** @throws GaitError `not_found` */
  of(name: string): Promise<ObjectLock>;
  /** @throws GaitError `store_refused` where the server does not allow it */
  retain(
    name: string,
    retention: { readonly mode: "governance" | "compliance"; readonly until: number },
  ): Promise<void>;
  hold(name: string, isHeld: boolean): Promise<void>;
  /** Of these digests, those that an older version of a pack below `packs/` has: it is there, and out of sight. */
  hidden(digests: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Until when a pack that was put on a day is to be kept. @param name in the store; its day is the beginning */
export function keptUntil(name: string, days: number): number {
  const [year, month, day] = name.split("/").slice(1, 4).map(Number) as [number, number, number];
  return Date.UTC(year, month - 1, day) + days * DAY_MS;
}

export type RetentionFault = "retention_missing" | "retention_short";

/** What is wrong with the lock of a pack that is to be kept until then; an object under a hold is kept. */
export function retentionFault(
  lock: ObjectLock | undefined,
  until: number,
): { code: RetentionFault; message: string } | undefined {
  if (lock?.isHeld === true) return undefined;
  if (lock?.until === undefined)
    return { code: "retention_missing", message: "nothing locks it: anybody with the rights can delete it" };
  if (lock.until >= until) return undefined;
  const [has, asked] = [lock.until, until].map((each) => new Date(each).toISOString().slice(0, 10));
  return { code: "retention_short", message: `it is locked until ${has}, and the store's retention asks for ${asked}` };
}
