/** One request: what a server may send, and for how long it may say nothing. */
import { afterEach, describe, expect, test } from "bun:test";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { AnswerTooLarge, request } from "../../../src/net/http/request.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server that answers by `answer`, byte for byte. */
async function serve(answer: (socket: Socket, asked: string) => void): Promise<URL> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", (bytes) => answer(socket, bytes.toString("latin1")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const ask = (url: URL, most = 10, silence = 5000) =>
  request(url, { method: "GET", most, silence, authorities: undefined });
const text = ({ bytes }: { readonly bytes: Uint8Array }): string => new TextDecoder().decode(bytes);
const head = (...lines: string[]): string => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

describe("an answer", () => {
  for (const [name, bytes] of Object.entries({
    "of a stated length": `${head("content-length: 5")}hello`,
    "in chunks": `${head("transfer-encoding: chunked")}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
    "until the end of the connection": `${head("connection: close")}hello`,
    "that says that it is packed": `${head("content-length: 5", "content-encoding: gzip")}hello`,
  })) {
    test(`${name} is taken as it was sent`, async () => {
      const url = await serve((socket) => socket.end(bytes));
      expect(text(await ask(url))).toBe("hello");
    });
  }

  test("is asked for as it is", async () => {
    let asked = "";
    const url = await serve((socket, sent) => {
      asked = sent;
      socket.end(head("content-length: 0"));
    });
    await ask(url);
    await expect(asked.toLowerCase()).toContain("accept-encoding: identity\r\n");
  });

  test("of another place is given, and not followed", async () => {
    const url = await serve((socket) =>
      socket.end("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
    );
    expect((await ask(url)).status).toBe(302);
  });

  for (const [name, bytes] of Object.entries({
    "of a stated length": `${head("content-length: 11")}hello hello`,
    "in chunks": `${head("transfer-encoding: chunked")}b\r\nhello hello\r\n0\r\n\r\n`,
    "in chunks, which states a length all the same": `${head("content-length: 5", "transfer-encoding: chunked")}b\r\nhello hello\r\n0\r\n\r\n`,
    "until the end of the connection": `${head("connection: close")}hello hello`,
  })) {
    test(`${name} that is too large is refused`, async () => {
      const url = await serve((socket) => socket.end(bytes));
      await expect(ask(url)).rejects.toBeInstanceOf(AnswerTooLarge);
    });
  }

  for (const [name, bytes] of Object.entries({
    "by its length": `${head("content-length: 5")}hel`,
    "in a chunk": `${head("transfer-encoding: chunked")}5\r\nhel`,
    "before its last chunk": `${head("transfer-encoding: chunked")}3\r\nhel\r\n`,
  })) {
    test(`that is cut ${name} is none`, async () => {
      const url = await serve((socket) => socket.end(bytes));
      await expect(ask(url)).rejects.toThrow();
    });
  }
});

describe("a server that says nothing", () => {
  test("at all", async () => {
    const url = await serve(() => undefined);
    await expect(ask(url, 10, 100)).rejects.toThrow("nothing more came within 1 s");
  });
  test("after its first line", async () => {
    const url = await serve((socket) => socket.write("HTTP/1.1 200 OK\r\n"));
    await expect(ask(url, 10, 100)).rejects.toThrow("nothing more came within 1 s");
  });
  test("in the middle of its answer, which could have been larger", async () => {
    const url = await serve((socket) => socket.write(`${head("content-length: 5")}hel`));
    await expect(ask(url, 64 * 1024 * 1024, 100)).rejects.toThrow("nothing more came within 1 s");
  });
  test("and then goes on has all the time that it may take", async () => {
    const url = await serve((socket) => {
      setTimeout(() => socket.write(`${head("content-length: 5")}hel`), 1500);
      setTimeout(() => socket.end("lo"), 3000);
    });
    expect(text(await ask(url, 10, 2500))).toBe("hello");
  });
});
