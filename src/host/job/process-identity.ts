/**
 * Which process holds a lock, and whether it still runs: a process id alone is not enough: it is reused and local to a
 * machine.
 */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { errnoOf } from "../files/errno.ts";

/** A process's identity, recognizable on the same machine. Unknown members are absent. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Clock ticks between the boot and the start of the process: field 22 of /proc/<pid>/stat, proc(5). */
  readonly start_time?: string;
  /** Changes with every boot of the machine. */
  readonly boot_id?: string;
  /** Containers of one machine share its boot, and count their processes each on their own. */
  readonly pid_namespace?: string;
}

/** `unknown`: its process id can't be checked from here. */
export type Liveness = "alive" | "dead" | "unknown";

export interface Processes {
  readonly self: ProcessIdentity;
  /** Whether the process that wrote something at `writtenAt` (ms since 1970) runs. */
  liveness(owner: ProcessIdentity, writtenAt: number): Liveness;
}

/** Process ids are positive and 31 bits wide; `kill` takes 0 and below for whole groups. */
export function isProcessId(pid: unknown): pid is number {
  return typeof pid === "number" && Number.isInteger(pid) && pid > 0 && pid <= 0x7fffffff;
}

/** This process and its machine, asked once. */
export function thisMachine(): Processes {
  const self = identify();
  return {
    self,
    liveness(owner, writtenAt) {
      if (owner.host !== self.host || !isProcessId(owner.pid)) return "unknown";
      // Another boot id may be another machine with the same name (a clone), so it proves nothing.
      if (owner.boot_id !== self.boot_id || owner.pid_namespace !== self.pid_namespace) return "unknown";
      if (self.boot_id === undefined && writtenAt < Date.now() - uptime() * 1000 - 5000) return "unknown";
      return runs(owner) ? "alive" : "dead";
    },
  };
}

function identify(): ProcessIdentity {
  const started = statOf("self")?.startTime;
  const boot = textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const namespace = textOf(() => readlinkSync("/proc/self/ns/pid"));
  return {
    pid: process.pid,
    host: hostname(),
    ...(started === undefined ? {} : { start_time: started }),
    ...(boot === undefined ? {} : { boot_id: boot }),
    ...(namespace === undefined ? {} : { pid_namespace: namespace }),
  };
}

function runs(owner: ProcessIdentity): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user. Where /proc hides those, this is all that can be known.
    if (errnoOf(error) === "ESRCH") return false;
  }
  const stat = statOf(String(owner.pid));
  if (stat === undefined) return true;
  // Z: killed, but not yet waited for. X: as good as gone.
  if (stat.state === "Z" || stat.state === "X") return false;
  return owner.start_time === undefined || owner.start_time === stat.startTime;
}

/** Fields 3 and 22 of /proc/<pid>/stat. The name in field 2 may hold spaces and parentheses; the last one ends it. */
function statOf(pid: string): { state: string; startTime: string } | undefined {
  const text = textOf(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  return state === undefined || startTime === undefined ? undefined : { state, startTime };
}

function textOf(read: () => string): string | undefined {
  try {
    return read().trim() || undefined;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
