/**
 * A small agent with a real task: survey the published schemas of this repository and write a report. Each call of a
 * tool is recorded as an intent and its result, each source it read as a receipt: the input of `gait run record`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const READ_AT_MOST = 8;

interface ToolResult {
  readonly status: "ok" | "error";
  readonly result: object;
}

/** The agent's work as one JSON document. It may write in `folder`, and searches for `question`. */
export function runAgent(runId: string, repository: string, folder: string, question: string): object {
  const intents: object[] = [];
  const results: object[] = [];
  const receipts: object[] = [];
  const started = now();
  const timeline: object[] = [{ event: "start", ts: started }];

  function call(tool: string, args: object, work: () => object): ToolResult {
    const intent_id = `call_${String(intents.length + 1).padStart(2, "0")}`;
    intents.push({ intent_id, tool_name: tool, created_at: now(), args });
    let outcome: ToolResult;
    try {
      outcome = { status: "ok", result: work() };
    } catch (error) {
      outcome = { status: "error", result: { message: (error as Error).message.replaceAll(repository, ".") } };
      timeline.push({ event: "tool_failed", ts: now(), ref: intent_id });
    }
    results.push({ intent_id, created_at: now(), ...outcome });
    return outcome;
  }

  function read(path: string): string {
    const text = readFileSync(join(repository, path), "utf8");
    receipts.push({
      ref_id: `ref_${receipts.length + 1}`,
      source_type: "file",
      source_locator: path,
      query_digest: sha256(question),
      content_digest: sha256(text),
      retrieved_at: now(),
      redaction_mode: "reference",
    });
    return text;
  }

  const schemas: string[] = [];
  call("fs.list", { path: "schemas/v1", recursive: true }, () => {
    const found = readdirSync(join(repository, "schemas/v1"), { recursive: true, encoding: "utf8" });
    schemas.push(...found.filter((path) => path.endsWith(".json")).sort());
    return { count: schemas.length };
  });
  const texts = new Map<string, string>();
  for (const path of schemas.slice(0, READ_AT_MOST)) {
    call("fs.read", { path: `schemas/v1/${path}` }, () => {
      const text = read(`schemas/v1/${path}`);
      texts.set(path, text);
      return { bytes: Buffer.byteLength(text), sha256: sha256(text) };
    });
  }
  let matches: string[] = [];
  call("text.search", { pattern: question, files: [...texts.keys()] }, () => {
    matches = [...texts].filter(([, text]) => text.includes(question)).map(([path]) => path);
    return { matches };
  });
  // It does not exist: agents try such things, and the failure belongs in the record.
  call("fs.read", { path: "schemas/v2/pack/manifest.schema.json" }, () => ({
    bytes: Buffer.byteLength(read("schemas/v2/pack/manifest.schema.json")),
  }));
  call("fs.write", { path: "report.md" }, () => {
    mkdirSync(folder, { recursive: true });
    const report = `# ${question}\n\n${matches.map((path) => `- ${path}`).join("\n")}\n`;
    writeFileSync(join(folder, "report.md"), report);
    return { bytes: Buffer.byteLength(report), sha256: sha256(report) };
  });
  timeline.push({ event: "finish", ts: now() });
  const run = { run_id: runId, created_at: started, producer_version: "survey-agent 1.0.0", timeline };
  return { run, intents, results, refs: { receipts } };
}

function now(): string {
  return new Date().toISOString();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
