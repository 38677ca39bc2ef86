/** Journal, checkpoints and chain, against the files of version 1.4 of the Go implementation; and each rule broken by name. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordRun } from "../../../src/core/run/record-run.ts";
import { linkFindings, parseChain } from "../../../src/core/session/chain.ts";
import { checkpointOf, checkpointRecords, nextCheckpoint } from "../../../src/core/session/checkpoint.ts";
import { compactJournal } from "../../../src/core/session/compact.ts";
import { indentedJson, journalLine, sessionEvent, sessionHeader } from "../../../src/core/session/event.ts";
import { chainOf, readJournal, stateOf } from "../../../src/core/session/journal.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { LATER, laterItems } from "../../go-vectors.ts";
import { byteSink, membersOf } from "../artifacts.ts";

const vector = (name: string) => readFileSync(join(LATER, "session", name));
const bytes = (text: string) => new TextEncoder().encode(text);
const read = (text: string) => readJournal(bytes(text), "s.jsonl", hostPlatform);
const JOURNAL = vector("s.jsonl").toString();
const sha = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");
const LINES = JOURNAL.trimEnd().split("\n");

describe("the journal of the Go implementation", () => {
  const journal = read(JOURNAL);

  test("is written again byte for byte from what it says", () => {
    const { header, events, checkpoints } = journal;
    const stamp = (now: string) => ({
      sessionId: header.session_id,
      runId: header.run_id,
      producerVersion: "0.0.0-dev",
      now,
    });
    const lines = new Map<string, string>([
      [LINES[0] ?? "", journalLine({ header: sessionHeader(stamp(header.created_at)) })],
    ]);
    for (const event of events) {
      const { tool_name: toolName = "", verdict = "" } = event;
      const given = {
        toolName,
        verdict,
        intentId: event.intent_id,
        traceId: event.trace_id,
        tracePath: event.trace_path,
        intentDigest: event.intent_digest?.toUpperCase(),
        policyDigest: event.policy_digest,
        reasonCodes: [...(event.reason_codes ?? []), ...(event.reason_codes ?? [])].reverse(),
        violations: event.violations ?? [],
      };
      lines.set(
        LINES.find((line) => line.includes(`"sequence":${event.sequence},`)) ?? "",
        journalLine({ event: sessionEvent(stamp(event.created_at), event.sequence, given) }),
      );
    }
    expect(lines.size).toBe(1 + events.length);
    for (const [theirs, ours] of lines) expect(ours).toBe(`${theirs}\n`);
    expect(checkpoints.length).toBe(2);
  });

  test("gives its state and its chain", () => {
    const { size, now } = { size: JOURNAL.length, now: "2026-11-25T23:13:28.561821796Z" };
    expect(indentedJson(stateOf(journal, { now, producerVersion: "0.0.0-dev", size }))).toBe(
      vector("s.jsonl.state.json").toString(),
    );
    expect(indentedJson(chainOf(journal))).toBe(vector("chain.json").toString());
  });

  test("compacts to the bytes of its compacted one, which goes on at the next event", () => {
    expect(compactJournal(journal)).toEqual({ text: vector("compacted.jsonl").toString(), events: 1 });
    const compacted = read(compactJournal(journal).text);
    expect([compacted.lastSequence, compacted.events.length, compacted.checkpoints.length]).toEqual([5, 1, 2]);
    expect(nextCheckpoint(compacted)).toMatchObject({ index: 3, runId: "run_sess_s_cp_0003" });
  });

  for (const [at, name] of ["cp1.zip", "cp2.zip"].entries()) {
    test(`${name} has the members that the index gives, and its checkpoint the digests`, async () => {
      const cut = LINES.findIndex((line) => line.includes(`"checkpoint_index":${at + 1},`));
      const plan = nextCheckpoint(read(`${LINES.slice(0, cut).join("\n")}\n`));
      const theirs = journal.checkpoints[at];
      if (plan === undefined || theirs === undefined) throw new Error("no checkpoint");
      const stamp = { sessionId: "sess_s", runId: "run_sess_s", producerVersion: "0.0.0-dev", now: theirs.created_at };
      const machine = { os: "linux", arch: "amd64" };
      const sink = byteSink();
      const recorded = await recordRun(checkpointRecords(plan, stamp, machine, hostPlatform), sink, {
        platform: hostPlatform,
        now: () => stamp.now,
        machine,
      });
      expect(recorded.warnings).toEqual([]);
      expect(recorded.assumed).toEqual([]);
      const made = checkpointOf(
        plan,
        stamp,
        { runpackPath: theirs.runpack_path, manifestDigest: recorded.manifestDigest },
        hostPlatform,
      );
      expect(journalLine({ checkpoint: made })).toBe(`${LINES[cut]}\n`);
      const item = laterItems(({ file, members }) => file === `session/${name}` && members !== undefined)[0];
      const members = [...(await membersOf(sink.bytes()))].map(([path, content]) => [path, sha(content)]);
      expect(Object.fromEntries(members)).toEqual(item?.members ?? {});
    });
  }

  test("an event without digest gets one of what it is, and none without a list gets null for it", () => {
    const stamp = { sessionId: "s", runId: "r", producerVersion: "1", now: "2026-02-02T02:15:00Z" };
    const event = sessionEvent(stamp, 1, { toolName: "t", verdict: "allow" });
    const plan = nextCheckpoint(read(journalLine({ header: sessionHeader(stamp) }) + journalLine({ event })));
    if (plan === undefined) throw new Error("no plan");
    const { intents, results } = checkpointRecords(plan, stamp, { os: "linux", arch: "amd64" }, hostPlatform);
    const [[intent]] = intents as unknown as [[{ value: { args_digest: string } }]];
    const [[result]] = results as unknown as [[{ value: { result_digest: string } }]];
    expect(intent.value.args_digest).toBe(sha('{"sequence":1,"session_id":"s","trace_id":"","trace_path":""}'));
    expect(result.value.result_digest).toBe(
      sha('{"reason_codes":null,"trace_id":"","trace_path":"","verdict":"allow","violations":null}'),
    );
  });
});

describe("a journal is refused by the line", () => {
  const change = (at: number, from: string | RegExp, to: string) =>
    `${LINES.map((line, index) => (index === at ? line.replace(from, to) : line)).join("\n")}\n`;
  const drop = (...at: number[]) => `${LINES.filter((_, index) => !at.includes(index)).join("\n")}\n`;
  for (const [rule, text, message] of [
    ["that is no JSON", change(1, "{", "["), "line 2 is not strict JSON"],
    ["that has a name twice", change(1, '"sequence":1', '"sequence":1,"sequence":1'), "line 2 is not strict JSON"],
    ["of an unknown type", change(1, '"event"', '"note"'), 'line 2 has the record_type "note"'],
    ["without what it says it is", change(1, ',"event":', ',"other":'), "line 2 has no member event"],
    ["without a needed member", change(1, '"created_at"', '"made_at"'), "line 2 $.event.created_at"],
    ["with a second header", `${JOURNAL}${LINES[0]}\n`, "line 9 is a second header"],
    ["with events in the header", change(0, '"events":[]', '"events":[1]'), "line 1 has events in its header"],
    ["before the header", drop(0), "line 1 is an event before the header"],
    ["of an event that was dropped", drop(1), "line 2 is the event 2, and 1 comes next"],
    [
      "of a last event that was dropped before its checkpoint",
      drop(2),
      "line 3 is a checkpoint up to the event 2, and 1 is the last one",
    ],
    [
      "of an event that was changed to another number",
      change(2, '"sequence":2', '"sequence":3'),
      "line 3 is the event 3",
    ],
    [
      "of another session",
      change(1, '"session_id":"sess_s"', '"session_id":"x"'),
      "line 2 is an event of another session",
    ],
    [
      "of a checkpoint of another run",
      change(3, '"run_id":"run_sess_s"', '"run_id":"x"'),
      "line 4 is a checkpoint of another session or run",
    ],
    ["of a checkpoint that was dropped", drop(3), "line 6 is a checkpoint whose index is 2, and 1 comes next"],
    [
      "with another manifest digest",
      change(3, '"manifest_digest":"5c', '"manifest_digest":"6c'),
      "checkpoint_digest is not that of its members",
    ],
    [
      "with another digest before",
      change(6, '"prev_checkpoint_digest":"68', '"prev_checkpoint_digest":"78'),
      "prev_checkpoint_digest is not the digest of the one before",
    ],
    ["with events twice", change(6, '"sequence_start":3', '"sequence_start":2'), "events begin at 2, and 3 comes next"],
    ["with no events", change(6, '"sequence_end":4', '"sequence_end":2'), "events end at 2, before they begin"],
  ] as const) {
    test(rule, () => expect(() => read(text)).toThrow(message));
  }

  test("and an empty one, one without a header, and a member that only other readers see", () => {
    expect(() => read("")).toThrow("it has no header");
    expect(() => read("\n \n")).toThrow("it has no header");
    expect(() => read(change(1, '"tool_name"', '"Verdict":"block","tool_name"'))).toThrow("line 2 $.event");
  });

  test("unless it is whole: unknown members and blank lines are left alone", () => {
    const odd = change(1, '"sequence":1', '"note":{"x":1},"sequence":1').replace("\n", "\n\n");
    expect(read(odd).lastSequence).toBe(5);
  });
});

describe("a chain", () => {
  const CHAIN = vector("chain.json").toString();
  const faults = (text: string) =>
    linkFindings(parseChain(bytes(text), "c.json"), "c.json", hostPlatform).map(({ path }) =>
      path?.replace("c.json#$.checkpoints", ""),
    );

  test("links", () => expect(faults(CHAIN)).toEqual([]));
  for (const [rule, from, to, places] of [
    ["a digest", '"checkpoint_digest": "4a', '"checkpoint_digest": "5a', ["[1].checkpoint_digest"]],
    [
      "a digest before",
      '"prev_checkpoint_digest": "68',
      '"prev_checkpoint_digest": "78',
      ["[1].prev_checkpoint_digest", "[1].checkpoint_digest"],
    ],
    ["an overlap", '"sequence_start": 3', '"sequence_start": 2', ["[1].sequence_start", "[1].checkpoint_digest"]],
    ["a gap", '"sequence_start": 3', '"sequence_start": 4', ["[1].sequence_start", "[1].checkpoint_digest"]],
    ["an index", '"checkpoint_index": 2', '"checkpoint_index": 3', ["[1].checkpoint_index", "[1].checkpoint_digest"]],
  ] as const) {
    test(`with ${rule} that was changed has its place`, () =>
      expect(faults(CHAIN.replace(from, to))).toEqual([...places]));
  }

  test("of another session in one checkpoint has its place", () => {
    const at = CHAIN.lastIndexOf('"session_id"');
    expect(faults(`${CHAIN.slice(0, at)}${CHAIN.slice(at).replace("sess_s", "x")}`)).toEqual(["[1].session_id"]);
  });

  for (const [rule, text] of [
    ["of another schema", CHAIN.replace("session_chain", "session_chains")],
    ["without ids", CHAIN.replace('"session_id"', '"session"')],
    ["without checkpoints", `${CHAIN.slice(0, CHAIN.indexOf("["))}[]}`],
    ["that is no JSON", CHAIN.slice(1)],
  ] as const) {
    test(`${rule} is none`, () => expect(() => parseChain(bytes(text), "c.json")).toThrow("c.json"));
  }
});
