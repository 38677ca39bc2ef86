/** Who vouches for a pack, in a report, in inspect and in the reports for CI. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NOW } from "../../trust-vectors.ts";
import { conforms } from "../answers.ts";
import { gait } from "../gait.ts";
import { KEY, scene, signed } from "./scene.ts";

const PACK = "pack_run_alpha.zip";

/** Alice signed with words that try to be markup; bob did not sign. */
function half(): string {
  const cwd = scene();
  signed(cwd, "--private-key", "alice.ssh", "--comment", "<script>alert(1)</script>");
  const keys = ["--signer", `alice=${KEY("alice.ssh.pub")}`, "--signer", `bob=${KEY("bob.ssh.pub")}`];
  gait(["trust", "init", ...keys, "--at-least", "2", "--name", "Example <Corp>", "--out", "two.json"], { cwd });
  gait(["trust", "init", ...keys, "--at-least", "1", "--name", "Example <Corp>", "--out", "one.json"], { cwd });
  return cwd;
}
const asked = (trust: string) => ["--trust", trust, "--at", NOW];

test("the report lists who, with which key, in which role, and is the same each time", () => {
  const cwd = half();
  for (const out of ["a.html", "b.html"]) {
    expect(gait(["pack", "report", PACK, ...asked("one.json"), "--out", out], { cwd }).exit).toBe(0);
  }
  const html = readFileSync(join(cwd, "a.html"), "utf8");
  expect(readFileSync(join(cwd, "b.html"), "utf8")).toBe(html);
  for (const words of [
    "Who vouches for it",
    "Example &#60;Corp&#62;",
    "1 of 1: alice",
    "counted",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    NOW,
  ]) {
    expect([words, html.includes(words)]).toEqual([words, true]);
  }
  expect(html).not.toContain("<script>alert(1)");
  gait(["pack", "report", PACK, "--out", "plain.html"], { cwd });
  expect(readFileSync(join(cwd, "plain.html"), "utf8")).not.toContain("Who vouches for it");
});

test("inspect shows and tells it", () => {
  const cwd = half();
  expect(gait(["pack", "inspect", PACK, ...asked("one.json")], { cwd }).stdout).toContain("alice as approver");
  const { stdout } = gait(["pack", "inspect", PACK, ...asked("one.json"), "--json"], { cwd });
  const answer = JSON.parse(stdout);
  expect([conforms(answer), answer.account.trust.met]).toEqual([[], true]);
});

/** GitHub's Markdown holds each mark as a number. */
const plain = (text: string) => text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe("many packs: each format names who is missing, who counts, the trust file and the time", () => {
  for (const format of ["text", "json", "ndjson", "junit", "sarif", "markdown", "github"]) {
    test(format, () => {
      const cwd = half();
      const all = ["pack", "verify", PACK, PACK, "--format", format];
      const bad = gait([...all, ...asked("two.json")], { cwd });
      const sha256 = new Bun.CryptoHasher("sha256").update(readFileSync(join(cwd, "two.json"))).digest("hex");
      const told = plain(`${bad.stdout}${bad.stderr}`);
      const words = ["trust_unmet", "approver: 1 of 2 (alice); bob: none", sha256, NOW];
      expect([bad.exit, words.filter((word) => !told.includes(word))]).toEqual([2, []]);
      const good = gait([...all, ...asked("one.json")], { cwd });
      // SARIF has results of what is bad alone.
      const counted = format === "sarif" ? '"trust":' : "approver alice";
      expect([good.exit, plain(`${good.stdout}${good.stderr}`).includes(counted)]).toEqual([0, true]);
    });
  }
});
