/** Starts processes that work on a job: this source in the pinned Bun, or the program in `GAIT_BINARY`. */
import { join } from "node:path";
import { COMMANDS } from "../../../src/cli/commands.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import type { WorkerOrders } from "./worker.ts";

/** The built program to test, if it exists and has the commands. */
export const BINARY = COMMANDS.some(({ noun }) => noun === "job") ? process.env["GAIT_BINARY"] : undefined;

export interface WorkerReport {
  readonly ok: boolean;
  /** The revision made by an acknowledged command, or the code of a refused one. */
  readonly detail: string;
  readonly summary: string;
}

export interface Worker {
  /** Everything it reported before it ended. */
  readonly reported: Promise<readonly WorkerReport[]>;
  readonly errors: Promise<string>;
  readonly exited: Promise<number>;
  kill(): void;
}

export function startWorker(orders: WorkerOrders): Worker {
  const script = join(import.meta.dir, "worker.ts");
  const child = Bun.spawn([process.execPath, script, JSON.stringify(orders)], { stdout: "pipe", stderr: "pipe" });
  return {
    reported: new Response(child.stdout).text().then(parseReports),
    errors: new Response(child.stderr).text(),
    exited: child.exited,
    kill: () => child.kill("SIGKILL"),
  };
}

/** One command in one process of the built program. */
export function startBinary(binary: string, root: string, jobId: string, command: JobCommand): Worker {
  const child = Bun.spawn([binary, "job", ...argumentsOf(root, jobId, command), "--json"], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const summary = command.operation === "checkpoint add" ? command.summary : command.operation;
  return {
    reported: new Response(child.stdout).text().then((text) => {
      if (text === "") return [];
      const answer = JSON.parse(text);
      return [{ ok: answer.ok, detail: answer.ok ? String(answer.job.revision) : answer.error_category, summary }];
    }),
    errors: new Response(child.stderr).text(),
    exited: child.exited,
    kill: () => child.kill("SIGKILL"),
  };
}

function argumentsOf(root: string, jobId: string, command: JobCommand): string[] {
  const common = [...command.operation.split(" "), "--id", jobId, "--root", root];
  switch (command.operation) {
    case "checkpoint add": {
      const action = command.requiredAction === undefined ? [] : ["--required-action", command.requiredAction];
      return [...common, "--type", command.type, "--summary", command.summary, ...action];
    }
    case "approve":
      return [...common, "--actor", command.actor];
    case "submit":
    case "resume":
      return [...common, "--env-fingerprint", "envfp:vector"];
    default:
      return common;
  }
}

function parseReports(text: string): WorkerReport[] {
  // A last line without a newline is incomplete.
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [verdict, detail = "", ...rest] = line.split(" ");
      return { ok: verdict === "ok", detail, summary: rest.join(" ") };
    });
}
