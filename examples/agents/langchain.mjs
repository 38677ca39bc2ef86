// Records the tools of a LangChain.js agent: a callback handler. node agents/langchain.mjs
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { tool } from "@langchain/core/tools";
import { Recorder } from "gait";
import { writePack } from "./write-pack.mjs";

class RecordTools extends BaseCallbackHandler {
  name = "gait";
  // The handler is told before the tool begins.
  awaitHandlers = true;
  #run;
  #calls = new Map();

  constructor(run) {
    super();
    this.#run = run;
  }

  handleToolStart(serialized, input, id, _parent, _tags, _metadata, name) {
    this.#calls.set(id, this.#run.intent(name ?? serialized.id.at(-1), parsed(input), { id }));
  }

  handleToolEnd(output, id) {
    this.#calls.get(id)?.completed(output);
  }

  handleToolError(error, id) {
    this.#calls.get(id)?.error(error);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = tool(({ city }) => `4 degrees in ${city}`, { name: "weather", description: "the weather", schema });
const refund = tool(() => Promise.reject(new Error("no such order")), {
  name: "refund",
  description: "a refund",
  schema,
});

const run = new Recorder({ runId: "run_langchain", producerVersion: "1.0", captureMode: "raw" });
const callbacks = [new RecordTools(run)];
await weather.invoke({ city: "Oslo" }, { callbacks });
await refund.invoke({ city: "Oslo" }, { callbacks }).catch(() => undefined);
await writePack(run);
