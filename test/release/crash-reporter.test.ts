/** The texts of the runtime that are changed, so that it has no crash reporter. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { TEXTS, withoutCrashReporter } from "../../scripts/crash-reporter.ts";

const whole = Buffer.from(`head${TEXTS.map(({ bytes }) => bytes).join("between")}tail`, "latin1");

describe("the runtime without its crash reporter", () => {
  test("has different texts of the same lengths, and no other change", () => {
    for (const { bytes, becomes } of TEXTS) expect(becomes).toHaveLength(bytes.length);
    expect(Buffer.from(withoutCrashReporter(whole)).toString("latin1")).toBe(
      `head${TEXTS.map(({ becomes }) => becomes).join("between")}tail`,
    );
  });
  test("is refused when a text is missing or appears twice", () => {
    for (const { bytes } of TEXTS) {
      const without = Buffer.from(whole.toString("latin1").replace(bytes, ""), "latin1");
      expect(() => withoutCrashReporter(without)).toThrow("exactly once");
      expect(() => withoutCrashReporter(Buffer.concat([whole, Buffer.from(bytes, "latin1")]))).toThrow("exactly once");
    }
  });
  test("is built from this Bun", () => {
    const runtime = readFileSync(process.execPath);
    const changed = withoutCrashReporter(runtime);
    expect(changed).toHaveLength(runtime.length);
    expect(Buffer.from(changed).includes("https://bun.report")).toBe(false);
  });
});
