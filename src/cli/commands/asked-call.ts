/** `--intent ID` of `gait pack inspect` and `gait run inspect`: one call in full. */
import { callRecord } from "../../core/account/call.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { Verified } from "../../core/verify/verified.ts";
import type { Account } from "../../schema/account/account.ts";
import type { CallRecord } from "../../schema/account/call.ts";
import type { Call } from "../command/command.ts";

/**
 * The call that was asked for, if one was.
 * @throws GaitError `not_found` where the run has none of that id; `invalid_input` where there is no run
 */
export async function askedCall(call: Call, verified: Verified, account: Account): Promise<CallRecord | undefined> {
  const id = call.option("--intent");
  if (id === undefined) return undefined;
  const record = await callRecord(verified, account, id);
  if (record === undefined) throw noSuchCall(id, account);
  return record;
}

function noSuchCall(id: string, { run }: Account): GaitError {
  if (run === undefined) {
    return new GaitError("invalid_input", "--intent is for runs, and this file has no readable run", {
      hint: "Leave out --intent.",
    });
  }
  const [first] = run.calls;
  // The timeline numbers the calls, and a number is what one types first.
  const numbered = /^\d{1,9}$/.test(id) ? run.calls.find(({ index }) => index === Number(id)) : undefined;
  if (numbered !== undefined) {
    return new GaitError("not_found", `no call or result has the id ${JSON.stringify(id)}`, {
      hint: `Call ${id} of the run has the id ${JSON.stringify(numbered.intent_id)}: give that.`,
    });
  }
  return new GaitError("not_found", `no call or result has the id ${JSON.stringify(id)}`, {
    hint:
      first === undefined
        ? "The run has no calls."
        : `--timeline shows the ids of all ${run.calls.length} calls; the first is ${JSON.stringify(first.intent_id)}.`,
  });
}
