/**
 * A receiver of OTLP over HTTP, for traces and logs (contract 12.3): the only code of gait that listens. What it answers by 200 is
 * on the disk.
 */

import { MAX_LINE_BYTES } from "../../../core/json/lines.ts";
import { errnoOf } from "../../files/errno.ts";
import { encodingOf, HeldBytes, HttpRefusal, readBody, tooLarge, unpacked } from "./body.ts";
import { OtlpJournal } from "./journal.ts";
import { type OtlpEncoding, OtlpError, type OtlpSignal, readRequest, statusBody, successBody } from "./messages.ts";

export interface ReceiverOptions {
  readonly hostname: string;
  /** 0: one that is free. */
  readonly port: number;
  /** The file to write; it must not be there. */
  readonly path: string;
  /** Called when what came could not be written. */
  readonly onTrouble: (error: unknown) => void;
}

export interface ReceivedCounts {
  requests: number;
  spans: number;
  log_records: number;
  /** Requests that were not answered by 200. */
  refused: number;
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly path: string;
  readonly counts: Readonly<ReceivedCounts>;
  /** Bytes on the disk. */
  readonly size: number;
  /** Answers what is in hand, and ends. */
  stop(): Promise<void>;
}

/** How long the end waits for those that still send. */
const MOST_WAITING_MS = 3000;
const POLL_MS = 10;
/** Of a connection on which nothing moves. */
const IDLE_SECONDS = 60;

const SIGNALS: Readonly<Record<string, OtlpSignal>> = {
  "/v1/traces": "traces",
  "/v1/logs": "logs",
  "/v1/metrics": "metrics",
};

/** The codes of google.rpc.Status. */
const STATUS_CODES: Readonly<Record<number, number>> = {
  400: 3,
  403: 7,
  404: 5,
  405: 12,
  413: 3,
  415: 3,
  429: 8,
  503: 14,
};

/** @throws the system's error where the file can't be made or the address not be listened on */
export async function startReceiver(options: ReceiverOptions): Promise<OtlpReceiver> {
  const journal = await OtlpJournal.create(options.path);
  const endpoint = new Endpoint(journal, options);
  let server: Bun.Server<undefined>;
  try {
    server = Bun.serve({
      hostname: options.hostname,
      port: options.port,
      // Else another process could listen on the same port, and get half of what comes.
      reusePort: false,
      idleTimeout: IDLE_SECONDS,
      // `readBody` has the limit, and answers.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      fetch: (request) => endpoint.answer(request),
    });
  } catch (error) {
    await journal.close();
    throw error;
  }
  const host = options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname;
  return {
    url: `http://${host}:${server.port}`,
    path: journal.path,
    counts: endpoint.counts,
    get size() {
      return journal.size;
    },
    async stop() {
      await endpoint.end();
      await Promise.race([server.stop(), Bun.sleep(MOST_WAITING_MS / 10)]);
      await server.stop(true);
      await journal.close();
    },
  };
}

class Endpoint {
  readonly counts: ReceivedCounts = { requests: 0, spans: 0, log_records: 0, refused: 0 };
  readonly #journal: OtlpJournal;
  readonly #onTrouble: (error: unknown) => void;
  readonly #isLoopback: boolean;
  readonly #held = new HeldBytes();
  #inHand = 0;
  #isEnding = false;
  /** One body is unpacked and read at a time: each may be as large as the limit. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(journal: OtlpJournal, { hostname, onTrouble }: ReceiverOptions) {
    this.#journal = journal;
    this.#onTrouble = onTrouble;
    this.#isLoopback = isLoopback(hostname);
  }

  async answer(request: Request): Promise<Response> {
    this.counts.requests += 1;
    this.#inHand += 1;
    let encoding: OtlpEncoding = "json";
    try {
      const signal = this.#signalOf(request);
      encoding = encodingOf(request.headers.get("content-type"));
      const body = await this.#take(request, signal, encoding);
      return new Response(body as Uint8Array<ArrayBuffer>, { headers: { "content-type": mediaType(encoding) } });
    } catch (error) {
      this.counts.refused += 1;
      return refusal(error instanceof HttpRefusal ? error : this.#trouble(error), encoding);
    } finally {
      this.#inHand -= 1;
    }
  }

  /** Waits for what is in hand; what comes now is told to come again. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (let waited = 0; this.#inHand > 0 && waited < MOST_WAITING_MS; waited += POLL_MS) await Bun.sleep(POLL_MS);
  }

  /** A page in a browser is no exporter: it would tell from where it comes, or reach here by a name of its own. */
  #signalOf(request: Request): OtlpSignal {
    if (this.#isEnding) throw new HttpRefusal(503, "the receiver ends");
    const { hostname, pathname } = new URL(request.url);
    if (request.headers.has("origin") || (this.#isLoopback && !isLoopback(hostname)))
      throw new HttpRefusal(403, "requests of web pages are not taken");
    const signal = SIGNALS[pathname];
    if (signal === undefined) throw new HttpRefusal(404, "the paths are /v1/traces, /v1/logs and /v1/metrics");
    if (request.method !== "POST") throw new HttpRefusal(405, "the method is POST");
    return signal;
  }

  async #take(request: Request, signal: OtlpSignal, encoding: OtlpEncoding): Promise<Uint8Array> {
    let held = 0;
    const take = (bytes: number): void => {
      this.#held.take(bytes);
      held += bytes;
    };
    try {
      const packed = await readBody(request, take);
      const { line, items, warning } = await this.#inTurn(async () => {
        const body = await unpacked(packed, request.headers.get("content-encoding"));
        const read = readRequest(signal, encoding, body);
        take(read.line?.length ?? 0);
        return read;
      });
      if (signal === "metrics") return successBody(signal, encoding, metricsAnswer(items));
      if (line !== undefined) {
        if (line.length >= MAX_LINE_BYTES) throw tooLarge();
        await this.#journal.append(line);
      }
      if (signal === "traces") this.counts.spans += items;
      else this.counts.log_records += items;
      return successBody(signal, encoding, { warning });
    } catch (error) {
      if (error instanceof OtlpError) throw new HttpRefusal(400, error.message);
      throw error;
    } finally {
      this.#held.give(held);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** The machine's: a full disk may have room again. */
  #trouble(error: unknown): HttpRefusal {
    this.#onTrouble(error);
    return new HttpRefusal(503, `it can't be written: ${errnoOf(error) ?? "an error of the receiver"}`);
  }
}

function metricsAnswer(points: number): { rejected: number; warning: string } {
  return { rejected: points, warning: points === 0 ? "" : "metrics are not captured: traces and logs are" };
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}

function refusal({ status, message }: HttpRefusal, encoding: OtlpEncoding): Response {
  const isLater = status === 429 || status === 503;
  return new Response(statusBody(encoding, STATUS_CODES[status] ?? 2, message) as Uint8Array<ArrayBuffer>, {
    status,
    headers: {
      "content-type": mediaType(encoding),
      ...(isLater ? { "retry-after": "1" } : {}),
      ...(status === 405 ? { allow: "POST" } : {}),
    },
  });
}

function mediaType(encoding: OtlpEncoding): string {
  return encoding === "json" ? "application/json" : "application/x-protobuf";
}
