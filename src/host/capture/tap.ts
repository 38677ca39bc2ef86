/**
 * Stands between an MCP client and its server on standard streams. Bytes pass as they are and at once, each side as fast as
 * the other takes them; what passed is then written to a log. If the log can't be written, the bytes still pass.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, openSync, write, writeSync } from "node:fs";
import { constants as system } from "node:os";
import type { Readable, Writable } from "node:stream";
import { tapLine } from "../../core/capture/line.ts";
import { errnoOf } from "../files/errno.ts";
import { captureTime } from "./clock.ts";

export interface Tap {
  readonly command: string;
  readonly args: readonly string[];
  readonly log: string;
  /** Of the server, for the log. */
  readonly name: string;
  /** Called once, when the log can't be written. */
  readonly onTrouble: (error: unknown) => void;
}

const LF = 0x0a;
const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** The client's own protocol, which no text of ours may touch: written by its number, so that each write is known to be done. */
const CLIENT_OUTPUT = 1;

/**
 * How long the client is still given what comes when the server itself is gone: its own last bytes are in the pipe, but a
 * process that it left behind may hold the pipe open for ever.
 */
const GRACE_MS = 1000;
/** More than a pipe holds: what comes after that is not the server's, which is first in it. */
const MOST_LEFT_BYTES = 2 * 1024 * 1024;
/** After the grace, to pass on what is there. */
const LAST_LOOKS = 10;
const LOOK_MS = 10;

function clientInput(): Readable {
  // biome-ignore lint/nursery/noJsRestrictedProperties: bytes that pass through
  return process.stdin;
}

/** The exit code of the server; 128 and the number for a signal. @throws the system's error if it can't be started */
export async function tapServer({ command, args, log, name, onTrouble }: Tap): Promise<number> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], windowsHide: true });
  const exited = exitOf(child);
  await started(child);
  const lines = new TapLog(log, onTrouble);
  lines.write(
    `${JSON.stringify({ tap: "gait.mcp/1", ts: captureTime(), server: name, command: [command, ...args] })}\n`,
  );
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  const toServer = lines.direction("c2s");
  const toClient = lines.direction("s2c");
  const { stdin, stdout } = child as ChildProcess & { stdin: Writable; stdout: Readable };
  const answers = new Answers(stdout, toClient);
  const passed = answers.pass();
  passToServer(clientInput(), stdin, toServer);
  const exit = await exited;
  await Promise.race([passed, answers.rest()]);
  toServer.end();
  toClient.end();
  lines.close();
  return exit;
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : system.signals[signal]));
    });
    child.once("error", () => resolve(1));
  });
}

/** The server's answers on their way to the client, to the last byte. */
class Answers {
  readonly #from: Readable;
  readonly #log: TapDirection;
  #bytes = 0;
  #isWriting = false;

  constructor(from: Readable, log: TapDirection) {
    this.#from = from;
    this.#log = log;
  }

  /** Until the pipe ends. Whoever stops reading them ends the server's pipe, as without a tap. */
  async pass(): Promise<void> {
    try {
      for await (const chunk of this.#from as AsyncIterable<Buffer>) {
        this.#isWriting = true;
        await writeAll(chunk);
        this.#isWriting = false;
        this.#bytes += chunk.length;
        // After the bytes are on their way.
        this.#log.take(chunk);
      }
    } catch {
      this.#from.destroy();
    }
  }

  /** For when the server is gone: until what it left in the pipe is passed on, whoever else holds the pipe open. */
  async rest(): Promise<void> {
    const most = this.#bytes + MOST_LEFT_BYTES;
    await Bun.sleep(GRACE_MS);
    // Time in which the client takes nothing does not count.
    for (let looks = 0; looks < LAST_LOOKS && this.#bytes < most; looks += this.#isWriting ? 0 : 1)
      await Bun.sleep(LOOK_MS);
  }
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += await new Promise<number>((resolve, reject) => {
        write(CLIENT_OUTPUT, bytes, at, bytes.length - at, null, (error, count) =>
          error === null ? resolve(count) : reject(error),
        );
      });
    } catch (error) {
      if (errnoOf(error) !== "EAGAIN") throw error;
      await Bun.sleep(1);
    }
  }
}

/** The client's requests, until it ends or the server takes no more. */
function passToServer(from: Readable, to: Writable, log: TapDirection): void {
  to.on("error", () => from.pause());
  from.on("error", () => to.end());
  from.on("data", (chunk: Buffer) => {
    if (!to.write(chunk)) {
      from.pause();
      to.once("drain", () => from.resume());
    }
    log.take(chunk);
  });
  from.on("end", () => to.end());
}

/** Writes whole lines only. */
class TapLog {
  readonly #onTrouble: (error: unknown) => void;
  #fd: number | undefined;

  constructor(path: string, onTrouble: (error: unknown) => void) {
    this.#onTrouble = onTrouble;
    this.#guarded(() => {
      const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
      this.#fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    });
  }

  write(lines: string): void {
    const fd = this.#fd;
    if (fd === undefined || lines === "") return;
    this.#guarded(() => {
      const bytes = new TextEncoder().encode(lines);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
    });
  }

  direction(direction: "c2s" | "s2c"): TapDirection {
    return new TapDirection(direction, (lines) => this.write(lines));
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.close();
      this.#onTrouble(error);
    }
  }
}

/** One direction: bytes become lines, however they are cut. */
class TapDirection {
  readonly #direction: "c2s" | "s2c";
  readonly #write: (lines: string) => void;
  #rest: Buffer[] = [];

  constructor(direction: "c2s" | "s2c", write: (lines: string) => void) {
    this.#direction = direction;
    this.#write = write;
  }

  take(chunk: Buffer): void {
    let lines = "";
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const part = chunk.subarray(start, end);
      lines += this.#line(this.#rest.length === 0 ? part : Buffer.concat([...this.#rest, part]));
      this.#rest = [];
      start = end + 1;
    }
    // A chunk may be used again by the stream.
    if (start < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(start)));
    this.#write(lines);
  }

  end(): void {
    if (this.#rest.length > 0) this.#write(this.#line(Buffer.concat(this.#rest)));
    this.#rest = [];
  }

  #line(message: Uint8Array): string {
    return tapLine(message, this.#direction, captureTime());
  }
}
