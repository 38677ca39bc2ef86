/** Inputs of `run record` that are refused, and what the refusal names. */
import { describe, expect, test } from "bun:test";
import { runpackOf } from "../artifacts.ts";

describe("refused inputs say where", () => {
  const CASES: readonly (readonly [string, string, string])[] = [
    ["no JSON", "{", "line 1, column 2"],
    ["not an object", "1", "$ must be an object"],
    ["no run id", '{"intents":[{"intent_id":"a"}]}', "the run id is empty"],
    ["nothing", "{}", "nothing of a recorded run is in it"],
    ["nothing but empty parts", '{"run":{},"intents":[],"refs":null}', "nothing of a recorded run is in it"],
    ["nothing but a capture mode", '{"capture_mode":"raw"}', "nothing of a recorded run is in it"],
    ["an empty list", "[]", "nothing of a recorded run is in it"],
    ["a run alone", '{"run_id":"r","env":{}}', "it looks like a run alone"],
    ["an export of OpenTelemetry", '{"resourceSpans":[]}', "it looks like an OpenTelemetry export"],
    ["a conversation", '[{"role":"user","content":"x"}]', "it looks like a conversation of a model"],
    [
      "a transcript",
      '{"sessionId":"s","type":"user"}\n{"sessionId":"s"}\n',
      "it looks like a line of an agent's transcript",
    ],
    ["MCP traffic", '{"jsonrpc":"2.0","id":1}\n{"jsonrpc":"2.0"}', "it looks like traffic of MCP"],
    ["a manifest", '{"manifest_digest":"x"}', "it looks like the manifest of a pack"],
    ["a member in other letters", '{"run":{"run_id":"r"},"Intents":[]}', '"Intents" is read as "intents"'],
    ["nothing but a member in other letters", '{"Run":{"run_id":"r"}}', '"Run" is read as "run"'],
    [
      "an intent's member in other letters",
      '{"run":{"run_id":"r"},"intents":[{"intent_id":"a","Args":{}}]}',
      "$.intents[0].Args",
    ],
    [
      "a member with the Kelvin sign",
      '{"run":{"run_id":"r","timeline":[{"event":"e","T\u017f":"x"}]}}',
      'is read as "ts"',
    ],
    [
      "an intent without id and tool",
      '{"run":{"run_id":"r"},"intents":[{"args":{}}]}',
      "$.intents[0] has neither intent_id nor tool_name",
    ],
    ["a run of another schema", '{"run":{"run_id":"r","schema_id":"x.run"}}', '$.run.schema_id is "x.run"'],
    [
      "an intent of another schema",
      '{"run":{"run_id":"r"},"intents":[{"intent_id":"a","schema_id":"gait.runpack.result"}]}',
      "$.intents[0].schema_id",
    ],
    [
      "references of another version",
      '{"run":{"run_id":"r"},"refs":{"schema_version":"2.0.0"}}',
      '$.refs.schema_version is "2.0.0"',
    ],
    [
      "a time before the year 1",
      '{"run":{"run_id":"r","created_at":"0001-01-01T00:30:00+01:00"}}',
      "$.run.created_at: ",
    ],
    [
      "a time after the year 9999",
      '{"run":{"run_id":"r","timeline":[{"ts":"9999-12-31T23:30:00-01:00"}]}}',
      "outside the years 0001 to 9999",
    ],
    ["a run id that is a path", '{"run":{"run_id":"../x"}}', 'the run id is "../x"'],
    ["a blank run id", '{"run":{"run_id":" "}}', 'the run id is " "'],
    [
      "a wrong type",
      '{"run":{"run_id":"r"},"intents":[{"intent_id":1}]}',
      "$.intents[0].intent_id must be text or null, but is 1",
    ],
    ["a record that is no object", '{"run":{"run_id":"r"},"results":[[]]}', "$.results[0] must be an object"],
    ["a list that is not a list", '{"run":{"run_id":"r"},"intents":{}}', "$.intents must be"],
    ["an invalid time", '{"run":{"run_id":"r","created_at":"yesterday"}}', "$.run.created_at"],
    ["an invalid day", '{"run":{"run_id":"r","created_at":"2026-02-30T00:00:00Z"}}', "$.run.created_at"],
    ["an unknown capture mode", '{"run":{"run_id":"r"},"capture_mode":"all"}', 'the capture mode is "all"'],
    [
      "a name twice, once escaped",
      '{"run":{"run_id":"r"},"intents":[{"args":{"a":1,"\\u0061":2}}]}',
      "$.intents[0].args",
    ],
    ["a lossy number", '{"run":{"run_id":"r"},"intents":[{"args":{"n":9007199254740993}}]}', "$.intents[0].args.n"],
  ];
  for (const [name, input, message] of CASES) {
    test(name, async () => {
      const refused = await runpackOf(new TextEncoder().encode(input)).then(
        () => undefined,
        (error) => error,
      );
      expect(refused).toMatchObject({ code: "invalid_input" });
      expect(refused.message).toContain(message);
    });
  }
});
