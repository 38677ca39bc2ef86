/** The runpack of a recorded run: made by the code of `gait run record`, of the records as the log has them. */
import type { CaptureMode } from "../../schema/document/primitives.ts";
import type { RecordEvent, RecordReceipt, RecordRun } from "../../schema/document/run-record.ts";
import { MemoryScratch } from "../bytes/scratch.ts";
import { GaitError } from "../finding/error.ts";
import type { RecordStream } from "../run/input-files.ts";
import { fileParts } from "../run/input-files.ts";
import { recordRun } from "../run/record-run.ts";
import type { Ed25519Signature } from "../signature/signature.ts";
import { judgeArtifact } from "../verify/verify.ts";
import type { Entries } from "./entries.ts";
import type { LogEntryKind } from "./log.ts";
import type { RecorderSetting, SigningOptions } from "./options.ts";
import { signerOf } from "./signing.ts";

/** What was recorded. */
export interface TakenRun {
  readonly run: RecordRun;
  readonly captureMode: CaptureMode;
  readonly events: readonly RecordEvent[];
  readonly receipts: readonly RecordReceipt[];
  readonly entries: Entries;
}

/** A runpack, verified. */
export interface Runpack {
  /** The whole archive. */
  readonly bytes: Uint8Array;
  /** `runpack_<run id>.zip`, as `gait run record` names it. */
  readonly fileName: string;
  readonly runId: string;
  readonly manifestDigest: string;
  readonly captureMode: CaptureMode;
  readonly intents: number;
  readonly results: number;
  readonly refs: number;
  /** Absent where there was no key. */
  readonly signature?: Ed25519Signature;
  /** What was recorded otherwise than it was given, or is worth a second look. */
  readonly warnings: readonly string[];
}

const LINE_END = Uint8Array.of(0x0a);

/** @throws GaitError as `Recorder.finish` */
export async function makeRunpack(
  taken: TakenRun,
  signing: SigningOptions,
  setting: RecorderSetting,
): Promise<Runpack> {
  const { platform, host } = setting;
  await setting.check();
  const signer = await signerOf(signing, setting);
  const { receipts } = taken;
  const json = (name: string, value: object) => ({ name, bytes: new TextEncoder().encode(JSON.stringify(value)) });
  const parts = fileParts({
    run: json("run", runDocument(taken)),
    intents: stream("intents", taken, "intent"),
    results: stream("results", taken, "result"),
    refs: receipts.length === 0 ? undefined : json("refs", { receipts }),
  });
  const sink = new MemoryScratch();
  const { captureMode } = taken;
  const { env: machine } = host;
  const recorded = await recordRun(parts, sink, { platform, captureMode, now: host.now, machine, signer });
  const bytes = sink.bytes();
  const keys = signer === undefined ? [] : [signer.publicKey];
  const { verdict, reason } = await judgeArtifact(sink.source(), {
    platform,
    keys,
    requireSignature: signer !== undefined,
  });
  if (verdict === "failed") throw new GaitError("internal", `what was recorded does not verify: ${reason}`);
  const { runId, manifestDigest, intents, results, refs, signature, assumed, warnings } = recorded;
  return {
    bytes,
    fileName: `runpack_${runId}.zip`,
    runId,
    manifestDigest,
    captureMode,
    intents,
    results,
    refs,
    ...(signature === undefined ? {} : { signature }),
    warnings: [...assumed, ...warnings],
  };
}

/** @throws GaitError as `Recorder.document` */
export async function recordDocument(taken: TakenRun): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const text = new MemoryScratch();
  const list = async (name: string, kind: LogEntryKind): Promise<void> => {
    text.write(encoder.encode(`,"${name}":[`));
    let isFirst = true;
    for await (const record of records(taken, kind)) {
      if (!isFirst) text.write(Uint8Array.of(0x2c));
      isFirst = false;
      text.write(record);
    }
    text.write(encoder.encode("]"));
  };
  text.write(encoder.encode(`{"run":${JSON.stringify(runDocument(taken))}`));
  await list("intents", "intent");
  await list("results", "result");
  const { receipts, captureMode } = taken;
  if (receipts.length > 0) text.write(encoder.encode(`,"refs":${JSON.stringify({ receipts })}`));
  text.write(encoder.encode(`,"capture_mode":"${captureMode}"}`));
  return text.bytes();
}

/** A run without events has no timeline, which is not an empty one. */
function runDocument({ run, events }: TakenRun): RecordRun {
  return events.length === 0 ? run : { ...run, timeline: [...events] };
}

function stream(name: string, taken: TakenRun, kind: LogEntryKind): RecordStream {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const record of records(taken, kind)) {
      yield record;
      yield LINE_END;
    }
  }
  return { name, chunks: chunks() };
}

async function* records({ entries }: TakenRun, kind: LogEntryKind): AsyncGenerator<Uint8Array> {
  for await (const entry of entries.read()) if (entry.kind === kind) yield entry.record;
}
