/** A lock as the headers of the S3 API have it. */
import type { ObjectLock } from "../../core/store/lock.ts";

/** Ceph writes nanoseconds. */
const FRACTION = /\.(\d{3})\d*Z$/;

/** What the headers of an object say of its lock. */
export function lockOf(headers: Headers): ObjectLock {
  const mode = headers.get("x-amz-object-lock-mode")?.toLowerCase();
  const until = Date.parse((headers.get("x-amz-object-lock-retain-until-date") ?? "").replace(FRACTION, ".$1Z"));
  const isKnown = (mode === "governance" || mode === "compliance") && !Number.isNaN(until);
  return {
    mode: isKnown ? mode : undefined,
    until: isKnown ? until : undefined,
    isHeld: headers.get("x-amz-object-lock-legal-hold") === "ON",
  };
}

/** The headers that lock an object as it is created. */
export function lockHeaders({ mode, until, isHeld }: ObjectLock): Record<string, string> {
  return {
    ...(mode === undefined || until === undefined
      ? {}
      : {
          "x-amz-object-lock-mode": mode.toUpperCase(),
          "x-amz-object-lock-retain-until-date": new Date(until).toISOString(),
        }),
    ...(isHeld ? { "x-amz-object-lock-legal-hold": "ON" } : {}),
  };
}
