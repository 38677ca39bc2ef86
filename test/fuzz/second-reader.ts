/** The independent verifier as one long-lived process, queried over a pipe. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keyPath } from "../go-vectors.ts";

export type Second =
  | { readonly ok: true; readonly files: Readonly<Record<string, string>>; readonly manifest: string }
  | { readonly ok: false; readonly reason: string };

const TEST_KEY = Buffer.from(readFileSync(keyPath("test", "public"), "utf8"), "base64").toString("hex");

export class SecondReader {
  readonly #process = Bun.spawn(
    ["python3", join(import.meta.dir, "../e2e/evidence/independent_verifier.py"), "--serve"],
    {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  readonly #answers = this.#process.stdout.getReader();
  #rest = "";

  /** Its answer for `bytes`; with `signed`, it requires a signature by the test key. One question at a time. */
  async ask(bytes: Uint8Array, signed: boolean): Promise<Second> {
    this.#process.stdin.write(`${bytes.length} ${signed ? TEST_KEY : "-"}\n`);
    this.#process.stdin.write(bytes);
    await this.#process.stdin.flush();
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return JSON.parse(line) as Second;
      }
      const { value, done } = await this.#answers.read();
      if (done) throw new Error("the independent verifier has ended");
      this.#rest += new TextDecoder().decode(value, { stream: true });
    }
  }

  end(): void {
    this.#process.kill();
  }
}
