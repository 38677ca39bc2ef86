/** The work of `gait capture otlp`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { GaitError } from "../../../core/finding/error.ts";
import { printable } from "../../../core/text/printable.ts";
import { countText, sizeText } from "../../../core/text/quantities.ts";
import { isLoopback, type OtlpReceiver, startReceiver } from "../../../host/capture/otlp/receiver.ts";
import { errnoOf, withFileErrors } from "../../../host/files/errno.ts";
import type { CaptureOtlpOutput } from "../../../schema/answer/capture.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { rows } from "../../terminal/rows.ts";

const END_SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

/** Listens until a signal ends it. @throws GaitError for an address that can't be listened on, and a folder not written to */
export async function receiveOtlp(call: Call): Promise<Answer<CaptureOtlpOutput>> {
  const [hostname, port] = addressOf(call);
  const folder = call.option("--out") ?? "";
  withFileErrors("write", folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const receiver = await openReceiver(call, folder, hostname, port);
  const ended = signalled();
  call.warn(`listening on ${receiver.url}, writing ${printable(receiver.path)}\n`);
  await ended;
  await receiver.stop();
  return answerOf(call, receiver);
}

/** A receiver with a new file in the folder, which is there. */
export async function openReceiver(call: Call, folder: string, hostname: string, port: number): Promise<OtlpReceiver> {
  const time = new Date(call.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const path = join(folder, `otlp_${time}_${process.pid}.jsonl`);
  let told = "";
  try {
    return await startReceiver({
      ...{ hostname, port, path },
      onTrouble: (error) => {
        const trouble = `gait: ${printable(path)} can't be written, and those who send are told so: ${printable(String(error))}\n`;
        if (trouble !== told) call.warn(trouble);
        told = trouble;
      },
    });
  } catch (error) {
    const code = errnoOf(error);
    if (code === "EADDRINUSE" || code === "EADDRNOTAVAIL" || (code === "EACCES" && port < 1024 && port > 0)) {
      throw new GaitError("invalid_input", `${hostname}:${port} can't be listened on: ${code}`, {
        hint: "Another program may have the port: give another, or 0 for one that is free.",
      });
    }
    return withFileErrors("write", path, () => {
      throw error;
    });
  }
}

/** @throws GaitError `invalid_input` for what is no address, and one that others can reach without `--allow-remote` */
function addressOf(call: Call): readonly [hostname: string, port: number] {
  const text = call.option("--listen") ?? "";
  const [, ip6, name, digits = ""] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const hostname = ip6 ?? name;
  const port = Number(digits);
  if (hostname === undefined || port > 65_535) {
    throw new GaitError("invalid_input", `${JSON.stringify(text)} is no address`, {
      hint: "It looks like 127.0.0.1:4318.",
    });
  }
  if (!isLoopback(hostname) && !call.has("--allow-remote")) {
    throw new GaitError("invalid_input", `${hostname} can be reached by other machines`, {
      hint: "Listen on 127.0.0.1; or add --allow-remote: whoever reaches the port can then write into the capture.",
    });
  }
  return [/^localhost$/i.test(hostname) ? "127.0.0.1" : hostname, port];
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of END_SIGNALS) {
      process.removeAllListeners(signal);
      process.on(signal, () => resolve());
    }
  });
}

function answerOf(call: Call, { url, path, size, counts }: OtlpReceiver): Answer<CaptureOtlpOutput> {
  const log = size === 0 ? undefined : path;
  return {
    exit: EXIT.ok,
    json: { ...(log === undefined ? {} : { log, size }), url, ...counts },
    text: rows(
      [
        ["captured", `${countText(counts.spans, "span")}, ${countText(counts.log_records, "log record")}`],
        ["requests", `${counts.requests}, ${counts.refused} refused`],
        ["log", log === undefined ? "none: nothing came" : `${printable(log)}, ${sizeText(size)}`],
      ],
      call.stdout,
      "",
    ),
  };
}
