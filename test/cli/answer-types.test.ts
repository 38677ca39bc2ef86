/** The compiler checks every `--json` answer; `npm run check` compiles this file. */
import { expect, test } from "bun:test";
import type { Answer, CommandSpec } from "../../src/cli/command/command.ts";
import { printedAnswer } from "../../src/cli/dispatch.ts";
import type { OwnMembers } from "../../src/schema/answer/answer.ts";
import type { GuardFailure } from "../../src/schema/answer/guard.ts";
import type { PackFailure } from "../../src/schema/answer/pack.ts";
import type { RunFailure, RunReceiptOutput } from "../../src/schema/answer/run.ts";

type Receipt = OwnMembers<RunReceiptOutput>;

const RECEIPT: Receipt = { run_id: "run", path: "run.zip", manifest_digest: "0".repeat(64), ticket_footer: "footer" };
const SUBJECT = { schemaId: "gait.run.output", operation: "receipt", words: "run receipt" };

test("members are those of the schema", () => {
  const { ticket_footer: _, ...lacking } = RECEIPT;
  const answers: Receipt[] = [
    RECEIPT,
    // @ts-expect-error: a member is missing
    lacking,
    // @ts-expect-error: a member has the wrong type
    { ...RECEIPT, run_id: 7 },
    // @ts-expect-error: the schema has no such member
    { ...RECEIPT, footer: "footer" },
  ];
  expect(answers).toHaveLength(4);
});

test("a command answers as its schema id and operation say", () => {
  type Spec = Pick<CommandSpec<RunReceiptOutput, RunFailure>, "schemaId" | "verb" | "run">;
  const run = async (): Promise<Answer<RunReceiptOutput>> => ({ exit: 0, json: RECEIPT, text: "" });
  const specs: Spec[] = [
    { schemaId: "gait.run.output", verb: "receipt", run },
    // @ts-expect-error: another operation
    { schemaId: "gait.run.output", verb: "record", run },
    // @ts-expect-error: another schema
    { schemaId: "gait.pack.output", verb: "receipt", run },
    // @ts-expect-error: another answer
    { schemaId: "gait.run.output", verb: "receipt", run: async () => ({ exit: 0, json: { page: "" }, text: "" }) },
  ];
  expect(specs).toHaveLength(4);
});

test("all commands that need verified evidence refuse with the same answer", () => {
  const refused: OwnMembers<PackFailure> = {
    error: "it failed verification",
    error_code: "verification_failed",
    error_category: "verification_failed",
    hint: "",
    retryable: false,
  };
  const answers: readonly [OwnMembers<RunFailure>, OwnMembers<GuardFailure>] = [refused, refused];
  expect(answers[0]).toBe(answers[1] as typeof refused);
});

test("a command without a JSON answer is a defect under --json", () => {
  const answer: Answer<RunReceiptOutput> = { exit: 0, json: undefined, text: "footer\n" };
  expect(printedAnswer(answer, SUBJECT, false).stdout).toBe("footer\n");
  expect(() => printedAnswer(answer, SUBJECT, true)).toThrow("run receipt has no answer in JSON");
  expect(JSON.parse(printedAnswer({ ...answer, json: RECEIPT }, SUBJECT, true).stdout)).toMatchObject(RECEIPT);
});
