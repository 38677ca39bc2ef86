/** The file that a receiver writes to: lines are on the disk before they are acknowledged; those that came together, together. */
import { constants, unlinkSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";

interface Waiting {
  readonly line: Uint8Array;
  resolve(): void;
  reject(error: unknown): void;
}

export class OtlpJournal {
  readonly path: string;
  readonly #file: FileHandle;
  /** Of whole lines: what is behind is the rest of a write that failed. */
  #size = 0;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** A new file, for its owner alone. @throws the system's error */
  static async create(path: string): Promise<OtlpJournal> {
    const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
    const journal = new OtlpJournal(path, await open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
    await syncFolder(dirname(path));
    return journal;
  }

  get size(): number {
    return this.#size;
  }

  /** @param line without its LF. It is on the disk when this resolves. @throws the system's error; the line is then not there */
  append(line: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(Buffer.concat(group.flatMap(({ line }) => [line, LINE_END])));
        for (const { resolve } of group) resolve();
      } catch (error) {
        // None of them: who sends again would have it twice.
        await this.#file.truncate(this.#size).catch(() => undefined);
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#size + at);
      at += bytesWritten;
    }
    await this.#file.datasync();
    this.#size += bytes.length;
  }

  /** After all that was given; a file without a line goes away. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.truncate(this.#size).catch(() => undefined);
    await this.#file.close();
    if (this.#size === 0) unlinkSync(this.path);
  }
}

const LINE_END = Uint8Array.of(0x0a);

async function syncFolder(folder: string): Promise<void> {
  try {
    const file = await open(folder, constants.O_RDONLY);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch {
    // Windows can't, and needs not.
  }
}
