// Records the tool calls of an MCP client. node agents/mcp.mjs
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { Recorder } from "gait";
import { writePack } from "./write-pack.mjs";

/** The client, whose tool calls are recorded from now on. */
function recordTools(client, run) {
  const callTool = client.callTool.bind(client);
  client.callTool = async (params, ...rest) => {
    const call = run.intent(params.name, params.arguments);
    try {
      const result = await callTool(params, ...rest);
      call.end(result.isError === true ? "error" : "ok", result);
      return result;
    } catch (error) {
      call.error(error);
      throw error;
    }
  };
  return client;
}

const server = new Server({ name: "weather", version: "1" }, { capabilities: { tools: {} } });
server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
  params.name === "weather"
    ? { content: [{ type: "text", text: `4 degrees in ${params.arguments.city}` }] }
    : { content: [{ type: "text", text: "no such order" }], isError: true },
);
const [near, far] = InMemoryTransport.createLinkedPair();
await server.connect(far);

const run = new Recorder({ runId: "run_mcp", producerVersion: "1.0", captureMode: "raw" });
const client = recordTools(new Client({ name: "agent", version: "1" }), run);
await client.connect(near);
await client.callTool({ name: "weather", arguments: { city: "Oslo" } });
await client.callTool({ name: "refund", arguments: { order: 9 } });
await client.close();
await writePack(run);
