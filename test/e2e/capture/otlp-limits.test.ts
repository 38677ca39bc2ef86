/** `gait capture otlp` takes no more than it has room for, and goes on. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { halfSent, type Receiving, receive } from "./receiver.ts";

const MIB = 1024 * 1024;
const JSON_BODY = { "content-type": "application/json" };
const SPAN = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [{ spans: [{ traceId: "0102030405060708090a0b0c0d0e0f10", spanId: "0102030405060708", name: "x" }] }],
    },
  ],
});

let folder: string;
let receiver: Receiving;
let answer: Promise<unknown> | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gait-otlp-"));
  answer = undefined;
  receiver = await receive(folder);
});
afterEach(async () => {
  await (answer ?? receiver.end());
  rmSync(folder, { recursive: true, force: true });
});

test("too large, as sent, in pieces and unpacked: 413, and the receiver goes on", async () => {
  const zeros = new Uint8Array(65 * MIB);
  expect((await receiver.post("/v1/traces", zeros)).status).toBe(413);
  const stream = new ReadableStream({
    start(controller) {
      for (let at = 0; at < 65; at += 1) controller.enqueue(zeros.subarray(0, MIB));
      controller.close();
    },
  });
  const chunked = await fetch(`${receiver.url}/v1/traces`, { method: "POST", body: stream, headers: JSON_BODY }).catch(
    () => undefined,
  );
  expect([413, undefined]).toContain(chunked?.status);
  const bomb = gzipSync(new Uint8Array(200 * MIB), { level: 9 });
  expect((await receiver.post("/v1/traces", bomb, { ...JSON_BODY, "content-encoding": "gzip" })).status).toBe(413);
  expect((await receiver.post("/v1/traces", SPAN)).status).toBe(200);
});

test("more at once than there is room for: 429, to come again; and there is room again", async () => {
  // Each says that 60 MiB come, and keeps the last byte to itself: 300 of 256 MiB would be in hand.
  const five = await Promise.all(Array.from({ length: 5 }, () => halfSent(receiver.url, 60 * MIB, 60 * MIB - 1)));
  const refused = await Promise.race(five.map(({ answer }) => answer));
  expect(refused).toMatch(/^HTTP\/1\.1 429 .*retry-after: 1\r\n.*"code":8,"message":"too much at once/is);
  // A small one fits beside the others.
  expect((await receiver.post("/v1/traces", SPAN)).status).toBe(200);
  for (const { finish } of five) finish();
  const statuses = await Promise.all(five.map(async ({ answer }) => (await answer).slice(9, 12)));
  expect(statuses.toSorted()).toEqual(["400", "400", "400", "400", "429"]);
  const roomy = await halfSent(receiver.url, 60 * MIB, 60 * MIB - 1);
  roomy.finish();
  expect(await roomy.answer).toStartWith("HTTP/1.1 400 ");
  const ended = receiver.end();
  answer = ended;
  expect((await ended).answer).toMatchObject({ spans: 1, refused: 6 });
});
