/** The table of exits: contract 6.1, 6.4 and 9.1. */
import { describe, expect, test } from "bun:test";
import { EXIT, exitOfError, exitOfVerdict } from "../../src/cli/command/exit.ts";
import { type ErrorCode, errorMembers, GaitError } from "../../src/core/finding/error.ts";

const INPUT = { exit: 6, error_code: "invalid_input", error_category: "invalid_input", retryable: false };
const TABLE: Record<ErrorCode, { exit: number; error_code: string; error_category: string; retryable: boolean }> = {
  invalid_input: INPUT,
  not_found: INPUT,
  not_readable: INPUT,
  not_an_archive: INPUT,
  unsupported: INPUT,
  invalid_key: INPUT,
  invalid_trust: INPUT,
  invalid_signature: INPUT,
  invalid_timestamp: INPUT,
  already_exists: INPUT,
  write_failed: INPUT,
  input_changed: INPUT,
  store_refused: INPUT,
  store_unreachable: { ...INPUT, retryable: true },
  approval_required: {
    exit: 4,
    error_code: "approval_required",
    error_category: "approval_required",
    retryable: false,
  },
  unsafe: { exit: 8, error_code: "unsafe_operation", error_category: "internal_failure", retryable: false },
  contention: { exit: 1, error_code: "internal_failure", error_category: "state_contention", retryable: true },
  internal: { exit: 1, error_code: "internal_failure", error_category: "internal_failure", retryable: false },
};

describe("errors", () => {
  for (const [code, { exit, ...members }] of Object.entries(TABLE)) {
    test(`${code} exits with ${exit}`, () => {
      const error = new GaitError(code as ErrorCode, "what failed");
      expect(exitOfError(error)).toBe(exit as never);
      const { hint, ...rest } = errorMembers(error);
      expect(rest).toEqual({ error: "what failed", ...members } as never);
      expect(hint).toMatch(/^[A-Z].*\.$/);
    });
  }

  test("an error's own hint wins", () => {
    expect(errorMembers(new GaitError("not_found", "a", { hint: "Look elsewhere." })).hint).toBe("Look elsewhere.");
  });
});

describe("verdicts", () => {
  test("authentic and intact exit with 0", () => {
    expect([exitOfVerdict("authentic"), exitOfVerdict("intact")]).toEqual([EXIT.ok, EXIT.ok]);
  });
  test("failed exits with 2", () => {
    expect(exitOfVerdict("failed")).toBe(2);
  });
});
