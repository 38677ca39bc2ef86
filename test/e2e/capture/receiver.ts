/** `gait capture otlp` by the executable, on a port of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
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

export interface HalfSent {
  /** The head of the answer, and what of its body came with it. */
  readonly answer: Promise<string>;
  /** Sends the rest. */
  finish(): void;
}

/** A request of JSON that is none, of which so many bytes have been taken by the receiver, and no more are sent. */
export async function halfSent(url: string, length: number, now: number): Promise<HalfSent> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = "";
  const answer = new Promise<string>((resolve) => {
    socket.on("data", (piece) => {
      text += piece.toString();
      if (text.includes("\r\n\r\n") && text.includes("}")) resolve(text);
    });
    socket.on("close", () => resolve(text));
    socket.on("error", () => undefined);
  });
  const head = `POST /v1/traces HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\n`;
  socket.write(`${head}content-length: ${length}\r\n\r\n`);
  const sent = new Promise((resolve) => socket.write(Buffer.alloc(now, "x"), resolve));
  await Promise.race([sent, answer]);
  return { answer, finish: () => socket.end(Buffer.alloc(length - now, "x")) };
}
