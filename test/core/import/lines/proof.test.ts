/** A large transcript is read with the proof of lines: what comes of it is what comes of it without, whatever its lines are. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ImportedSource, importSource } from "../../../../src/core/import/imported.ts";
import { importSummary } from "../../../../src/core/import/report.ts";
import { hostPlatform } from "../../../../src/host/platform/bun.ts";
import { SeededRandom } from "../../../fuzz/random.ts";
import { caseFolders, expectedCase, fileOfBytes, recordsOf } from "../agent-case.ts";
import { damaged } from "../damage.ts";

const { textProof: _, ...withoutProof } = hostPlatform;

/** Lines that a proof might read otherwise than the scanner. */
const ODD = [
  [
    '{"type":"user","type":"assistant","message":{"content":[]}}',
    '{"type":"user","message":{"content":[],"content":[1]}}',
  ],
  ['{"type":"us\\u0065r","message":{"role":"user","content":[{"type":"text","text":"é\\ud83d\\ude00"}]}}'],
  ['{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t1","name":"n","input":{"b":1,"a":"\\n"}}]}}'],
  [
    '{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t2","name":"n","input":{ "a" : 1.0 , "b" : [1e400] }}]}}',
  ],
  ['{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"\\ud800"}]}}'],
  [
    `{"type":"user","message":{"content":${"[".repeat(600)}${"]".repeat(600)}}}`,
    '{"type":"user"',
    "\u00ff",
    "[]",
    "12",
  ],
  [
    '{"type":"response_item","payload":{"type":"function_call","type":"message"}}',
    '{"type":"response_item","payload":{"type":"function_call","name":"f","arguments":"{\\"a\\":1,\\"a\\":2}"}}',
    '{"type":"response_item","payload":{"type":"function_call_output","call_id":"\\ud800","output":"\\ud800"}}',
  ],
].flat();

async function told(text: Uint8Array, platform: typeof hostPlatform, format: string): Promise<object> {
  const options = { platform, captureMode: "raw", redact: false, format } as const;
  const imported: ImportedSource = await importSource(fileOfBytes("a.jsonl", text), () => [], options);
  try {
    const runs = imported.runs.map(({ parts }) => {
      const { intents, results } = parts();
      return [[...recordsOf(intents, "args")], [...recordsOf(results, "result")]];
    });
    return { summary: importSummary(imported), runs };
  } finally {
    imported.dispose();
  }
}

test.each(["claude-code", "codex"])(
  "the cases of %s, damaged and long, with odd lines between them",
  async (format) => {
    const lines = caseFolders(format).flatMap((folder) =>
      readFileSync(join(folder, expectedCase(folder).input), "utf8")
        .trimEnd()
        .split("\n"),
    );
    for (let round = 0; round < 6; round += 1) {
      const random = new SeededRandom(20_261_126, round);
      let text = "";
      for (let at = 0; text.length < 300_000; at += 1) {
        // Ids of their own, so that the lines are not copies of each other.
        const line = (lines[at % lines.length] ?? "").replaceAll(/(toolu|call)_(\w+)/g, `$1_${at >> 5}_$2`);
        text += `${round === 0 ? line : damaged(line, random).replaceAll("\n", " ")}\n`;
        if (at % 7 === 0) text += `${ODD[(at / 7) % ODD.length]}\n`;
      }
      const bytes = new TextEncoder().encode(text);
      expect(await told(bytes, hostPlatform, format)).toEqual(await told(bytes, withoutProof, format));
    }
  },
);
