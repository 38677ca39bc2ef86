/** `gait capture otlp` by the executable, on a port of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GAIT } from "../gait.ts";

export interface Receiving {
  readonly url: string;
  readonly pid: number;
  /** The lines that are on the disk now. */
  lines(): { readonly [name: string]: unknown }[];
  post(path: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>;
  end(signal?: NodeJS.Signals): Promise<{ exit: number; answer: { [name: string]: unknown }; said: string }>;
}

export async function receive(folder: string, words: readonly string[] = [GAIT]): Promise<Receiving> {
  const child = Bun.spawn([...words, "capture", "otlp", "--listen", "127.0.0.1:0", "--out", folder, "--json"], {
    ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  let said = "";
  const heard = (async () => {
    for await (const piece of child.stderr) said += new TextDecoder().decode(piece);
  })();
  const stdout = new Response(child.stdout).text();
  while (!said.includes("\n") && child.exitCode === null) await Bun.sleep(5);
  const url = /http:\/\/\S+(?=,)/.exec(said)?.[0];
  if (url === undefined) throw new Error(`the receiver said: ${said}`);
  return {
    url,
    pid: child.pid,
    lines: () =>
      readdirSync(folder).flatMap((name) =>
        readFileSync(join(folder, name), "utf8")
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line) as { [name: string]: unknown }),
      ),
    post: (path, body, headers = { "content-type": "application/json" }) =>
      fetch(`${url}${path}`, { method: "POST", body: body as string, headers }),
    async end(signal = "SIGTERM") {
      child.kill(signal);
      const exit = await child.exited;
      await heard;
      const text = await stdout;
      return { exit, answer: text === "" ? {} : (JSON.parse(text) as { [name: string]: unknown }), said };
    },
  };
}
