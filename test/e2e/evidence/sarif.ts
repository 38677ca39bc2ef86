/** The rules of the SARIF 2.1.0 schema (OASIS, errata 01) that apply to our report, as a JSON Schema. */
import { Ajv2020 } from "ajv/dist/2020.js";

const message = {
  type: "object",
  required: ["text"],
  properties: { text: { type: "string" } },
  additionalProperties: false,
};
const location = {
  type: "object",
  additionalProperties: false,
  properties: {
    physicalLocation: {
      type: "object",
      required: ["artifactLocation"],
      additionalProperties: false,
      properties: {
        artifactLocation: {
          type: "object",
          additionalProperties: false,
          // An RFC 3986 reference: no space, no control character, only ASCII.
          properties: { uri: { type: "string", pattern: "^(file:///)?[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$" } },
        },
        region: {
          type: "object",
          additionalProperties: false,
          properties: {
            startLine: { const: 1 },
            startColumn: { const: 1 },
            endLine: { const: 1 },
            endColumn: { const: 2 },
          },
        },
      },
    },
    logicalLocations: {
      type: "array",
      uniqueItems: true,
      items: {
        type: "object",
        additionalProperties: false,
        properties: { fullyQualifiedName: { type: "string" } },
      },
    },
  },
};
const level = { enum: ["none", "note", "warning", "error"] };
const notification = {
  type: "object",
  required: ["message"],
  additionalProperties: false,
  properties: {
    message,
    level,
    locations: { type: "array", uniqueItems: true, items: location },
    descriptor: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
  },
};
const run = {
  type: "object",
  required: ["tool"],
  additionalProperties: false,
  properties: {
    columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
    properties: { type: "object" },
    tool: {
      type: "object",
      required: ["driver"],
      properties: {
        driver: {
          type: "object",
          required: ["name"],
          additionalProperties: false,
          properties: {
            name: { type: "string" },
            version: { type: "string" },
            semanticVersion: { type: "string" },
            informationUri: { type: "string", pattern: "^https://[!-~]+$" },
            rules: {
              type: "array",
              uniqueItems: true,
              items: {
                type: "object",
                required: ["id"],
                additionalProperties: false,
                properties: {
                  id: { type: "string" },
                  name: { type: "string", pattern: "^[A-Z][A-Za-z0-9]*$" },
                  shortDescription: message,
                  fullDescription: message,
                  help: message,
                  helpUri: { type: "string", pattern: "^https://[!-~]+$" },
                  defaultConfiguration: { type: "object", properties: { level } },
                },
              },
            },
          },
        },
      },
    },
    results: {
      type: "array",
      items: {
        type: "object",
        required: ["message"],
        additionalProperties: false,
        properties: {
          ruleId: { type: "string" },
          ruleIndex: { type: "integer", minimum: -1 },
          kind: { enum: ["notApplicable", "pass", "fail", "review", "open", "informational"] },
          level,
          message,
          locations: { type: "array", items: location },
          properties: { type: "object" },
        },
      },
    },
    invocations: {
      type: "array",
      items: {
        type: "object",
        required: ["executionSuccessful"],
        additionalProperties: false,
        properties: {
          executionSuccessful: { type: "boolean" },
          exitCode: { type: "integer" },
          toolExecutionNotifications: { type: "array", items: notification },
        },
      },
    },
  },
};

export interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly locations: readonly [{ physicalLocation: { artifactLocation: { uri: string } } }];
      }[];
      readonly invocations: readonly [
        { executionSuccessful: boolean; exitCode: number; toolExecutionNotifications: readonly object[] },
      ];
    },
  ];
}

const validate = new Ajv2020({ strict: false }).compile({
  type: "object",
  required: ["version", "runs"],
  additionalProperties: false,
  properties: { $schema: { type: "string" }, version: { const: "2.1.0" }, runs: { type: "array", items: run } },
});

/** Empty, or the errors. */
export function sarifFaults(document: unknown): unknown[] {
  return validate(document) ? [] : [...(validate.errors ?? [])];
}
