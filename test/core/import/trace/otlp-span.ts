/** Spans of OTLP for tests, in few words. */
export const TRACE = "0123456789abcdef0123456789abcdef";

let made = 0;

/** Attributes as OTLP has them: text becomes a stringValue, and an object is an AnyValue as it is. */
export function attributes(values: object): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : value,
  }));
}

/** A span of one second, with an id of its own. */
export function span(name: string, members: object = {}, values: object = {}): object {
  made += 1;
  return {
    traceId: TRACE,
    spanId: `f${made.toString(16).padStart(15, "0")}`,
    parentSpanId: "",
    name,
    startTimeUnixNano: "1793000001000000000",
    endTimeUnixNano: "1793000002000000000",
    attributes: attributes(values),
    status: {},
    ...members,
  };
}

/** A call of the tool `f` with this id, and without arguments or result but for those given. */
export function call(id: string, members: object = {}, values?: object): object {
  return span("execute_tool f", members, {
    "gen_ai.tool.call.arguments": "{}",
    ...(values ?? { "gen_ai.tool.call.id": id }),
  });
}

export function body(spans: readonly object[], resource: object = {}): object {
  return { resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans: [{ spans }] }] };
}
