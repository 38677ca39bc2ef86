/** `gait capture mcp` between a client and a server of @modelcontextprotocol/sdk: nothing is lost, and little time. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { bash, GAIT } from "../gait.ts";

const IS_LONG = process.env["GAIT_LONG"] === "1";
/** Two messages each. */
const CALLS = IS_LONG ? 5000 : 200;
const SDK = join(import.meta.dir, "../../../node_modules/@modelcontextprotocol/sdk/dist/esm");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-mcp-sdk-"));
  writeFileSync(join(folder, "server.mjs"), SERVER);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SERVER = `import { Server } from "${SDK}/server/index.js";
import { StdioServerTransport } from "${SDK}/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "${SDK}/types.js";
const server = new Server({ name: "echo", version: "1" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: "echo", inputSchema: { type: "object" } }] }));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({ content: [{ type: "text", text: JSON.stringify(params.arguments) }] }));
await server.connect(new StdioServerTransport());
`;
const DIRECT = ["node", "server.mjs"];

async function connected([command = "", ...args]: readonly string[]): Promise<Client> {
  const client = new Client({ name: "t", version: "1" });
  await client.connect(new StdioClientTransport({ command, args, cwd: folder, stderr: "ignore" }));
  return client;
}

/** Milliseconds that one call took. */
async function timed(client: Client, at: number): Promise<number> {
  const start = performance.now();
  const { content } = await client.callTool({ name: "echo", arguments: { at, text: "ä".repeat(at % 500) } });
  const took = performance.now() - start;
  const [answer] = content as { text: string }[];
  expect(JSON.parse(answer?.text ?? "")).toEqual({ at, text: "ä".repeat(at % 500) });
  return took;
}

const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] as number;

test(
  `${CALLS} calls: each is answered, and each is a call of the run${IS_LONG ? "; under 1 ms more for a message at the median" : ""}`,
  async () => {
    const [direct, tapped] = await Promise.all([
      connected(DIRECT),
      connected([GAIT, "capture", "mcp", "--out", join(folder, "tap.jsonl"), "--", ...DIRECT]),
    ]);
    const times: [number[], number[]] = [[], []];
    try {
      // By turns: what else the machine does slows both.
      for (let at = 0; at < CALLS; at += 1) {
        times[0].push(await timed(direct, at));
        times[1].push(await timed(tapped, at));
      }
    } finally {
      await Promise.all([direct.close(), tapped.close()]);
    }
    const perMessage = (median(times[1]) - median(times[0])) / 2;
    if (IS_LONG)
      process.stderr.write(
        `  a call: ${median(times[0]).toFixed(2)} ms, with the tap ${median(times[1]).toFixed(2)} ms: ${perMessage.toFixed(2)} ms for a message\n`,
      );
    if (IS_LONG) expect(perMessage).toBeLessThan(1);
    const lines = readFileSync(join(folder, "tap.jsonl"), "utf8").trimEnd().split("\n");
    // Its first line, initialize, its answer, initialized; and a request and an answer for each call.
    expect(lines.length).toBeGreaterThanOrEqual(4 + 2 * CALLS);
    const { stdout } = bash('"$GAIT" run import tap.jsonl --json', { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      format: "mcp",
      runs: [{ intents_count: CALLS, results_count: CALLS }],
      statuses: { ok: CALLS },
    });
  },
  IS_LONG ? 120_000 : 20_000,
);
