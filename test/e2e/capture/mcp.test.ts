/** `gait capture mcp` by the executable: client and server notice nothing. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bash, GAIT } from "../gait.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-tap-"));
  writeFileSync(join(folder, "reverse.py"), REVERSE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Answers each line with its bytes in reverse; ends with 7. */
const REVERSE = `import sys
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(line[:-1][::-1] + b"\\n"); sys.stdout.buffer.flush()
sys.stderr.write("bye\\n"); sys.exit(7)
`;

let runs = 0;

/** Between two pipes of the shell, as between a client and a server. */
function through(command: readonly string[], input: Uint8Array) {
  runs += 1;
  const at = join(folder, `through-${runs}`);
  writeFileSync(`${at}.in`, input);
  const words = [...command, "python3", join(folder, "reverse.py")].map((word) => `'${word}'`).join(" ");
  const { stdout } = bash(`cat ${at}.in | ${words} 2> ${at}.err | cat > ${at}.out; echo "\${PIPESTATUS[1]}"`, {
    cwd: folder,
  });
  return { exit: Number(stdout), stdout: readFileSync(`${at}.out`), stderr: readFileSync(`${at}.err`, "utf8") };
}

const tap = (log: string) => [GAIT, "capture", "mcp", "--out", log, "--"];

/** Lines of many lengths: JSON, no JSON, no UTF-8, CRLF, empty, one of 5 MB; the last without an end. */
function conversation(): Uint8Array {
  const lines = Array.from({ length: 300 }, (_, at) =>
    Buffer.from(`{"jsonrpc":"2.0","id":${at},"x":"${"y".repeat((at * 331) % 9000)}"}`),
  );
  const odd = ["", "no json", '{"crlf":1}\r', "\ufeff{}", JSON.stringify({ big: "z".repeat(5_000_000) })].map((text) =>
    Buffer.from(text),
  );
  const all = [...lines, ...odd, Buffer.from([0xff, 0xfe, 0x00, 0x80])];
  return Buffer.concat(all.flatMap((line) => [line, Buffer.from("\n")]));
}

test("the same bytes, stderr and exit code as without it; every line both ways in the log", () => {
  const input = conversation();
  const log = join(folder, "whole.jsonl");
  const direct = through([], input);
  const tapped = through(tap(log), input);
  expect(tapped.stdout.equals(direct.stdout)).toBe(true);
  expect([tapped.exit, tapped.stderr]).toEqual([7, direct.stderr]);
  const [head, ...lines] = readFileSync(log, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { [name: string]: unknown });
  expect(head).toMatchObject({
    tap: "gait.mcp/1",
    server: "python3",
    command: ["python3", join(folder, "reverse.py")],
  });
  expect(lines.filter(({ dir }) => dir === "c2s").length).toBe(306);
  expect(lines.filter(({ dir }) => dir === "s2c").length).toBe(306);
  expect(lines.filter(({ dir, msg }) => dir === "c2s" && msg !== undefined).length).toBe(302);
});

test("the last bytes arrive each time, also when many end at once", () => {
  writeFileSync(
    join(folder, "many.in"),
    Buffer.concat(Array.from({ length: 30 }, (_, at) => Buffer.from(`${"x".repeat((at * 7919) % 70_000)}${at}\n`))),
  );
  const script = `for i in $(seq 24); do (cat many.in | "$GAIT" capture mcp --out end-$i.jsonl -- cat | cmp - many.in && echo same) & done; wait`;
  expect(bash(script, { cwd: folder }).stdout).toBe("same\n".repeat(24));
});

test("a log that can't be written: told once, and the bytes pass", () => {
  const input = conversation();
  const { exit, stdout, stderr } = through(tap(join(folder, "none/log.jsonl")), input);
  expect([exit, stdout.length]).toEqual([7, input.length]);
  expect(stderr).toMatch(/^gait capture mcp: [^\n]+can't be written, and the messages still pass[^\n]*\nbye\n$/);
});

test("a disk that fills while they talk: told once, and the bytes pass", () => {
  const script = `trap '' XFSZ; ulimit -f 20; head -c 300000 /dev/zero | tr '\\0' 'a' | sed 's/.\\{1000\\}/&\\n/g' > big.txt
    "$GAIT" capture mcp --out full.jsonl -- cat < big.txt 2> said.txt | cmp - big.txt && wc -l < said.txt`;
  // The input may be as large as the limit for files: it is written before.
  const { exit, stdout } = bash(
    script.replace("ulimit -f 20; head", "head").replace('"$GAIT"', 'ulimit -f 20; "$GAIT"'),
    { cwd: folder },
  );
  expect([exit, stdout.trim()]).toEqual([0, "1"]);
});

describe("signals and exits", () => {
  test("SIGTERM goes to the server, whose exit it is", () => {
    const script = `"$GAIT" capture mcp --out sig.jsonl -- bash -c 'trap "exit 5" TERM; echo ready; while :; do sleep 0.05; done' > said.txt < <(sleep 5) &
      until grep -q ready said.txt 2> /dev/null; do sleep 0.02; done; kill -TERM $!; wait $!; echo "exit $?"`;
    expect(bash(script, { cwd: folder }).stdout).toBe("exit 5\n");
  });
  test("a server that a signal ends: 128 and its number", () => {
    expect(
      bash(`"$GAIT" capture mcp --out k.jsonl -- bash -c 'kill -KILL $$' < /dev/null; echo $?`, { cwd: folder }).stdout,
    ).toBe("137\n");
  });
  test("a server that ends first does not wait for the client", () => {
    const script = `timeout 5 "$GAIT" capture mcp --out e.jsonl -- bash -c 'echo bye; exit 3' < <(sleep 4); echo $?`;
    expect(bash(script, { cwd: folder }).stdout).toBe("bye\n3\n");
  });
  test("a process that the server left behind holds its output open: what is there passes, and a second later it ends", () => {
    const left = "(sleep 20 & echo $! > left.pid); ";
    // More than the pipe to the client holds, before the server is gone, and something of the other process's in the second.
    const script = `start=$(date +%s%N)
      timeout 15 "$GAIT" capture mcp --out l.jsonl -- bash -c '${left}(sleep 0.4; echo late) & yes | head -c 190000; echo bye; exit 3' < <(sleep 1) | { sleep 1.5; cat > left.txt; }
      echo "\${PIPESTATUS[0]} $(wc -c < left.txt) $(tail -n 1 left.txt)"; kill "$(cat left.pid)" && echo "it ran on"
      echo $(( ($(date +%s%N) - start) / 1000000 ))`;
    const [exit, ranOn, ms] = bash(script, { cwd: folder }).stdout.trimEnd().split("\n");
    expect([exit, ranOn]).toEqual(["3 190009 late", "it ran on"]);
    expect(Number(ms)).toBeLessThan(10_000);
    expect(readFileSync(join(folder, "l.jsonl"), "utf8").trimEnd().split("\n").at(-1)).toContain('"raw":"late"');
  });
  test("one that goes on writing, too", () => {
    const script = `timeout 15 "$GAIT" capture mcp --out w.jsonl -- bash -c 'timeout 20 yes $(seq 500) & exit 4' < /dev/null > /dev/null; echo $?`;
    expect(bash(script, { cwd: folder }).stdout).toBe("4\n");
    const quiet = `timeout 15 "$GAIT" capture mcp --out q.jsonl -- bash -c '(for i in $(seq 300); do echo $i; sleep 0.01; done) & exit 5' < /dev/null | tail -n 1; echo "\${PIPESTATUS[0]}"`;
    const [last, exit] = bash(quiet, { cwd: folder }).stdout.trimEnd().split("\n");
    expect(exit).toBe("5");
    expect(Number(last)).toBeLessThan(300);
  });
  test("a client that goes away: the server hears of it", () => {
    const script = `"$GAIT" capture mcp --out g.jsonl -- yes < /dev/null | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = bash(`timeout 10 bash -c '${script.replaceAll("'", "'\\''")}'`, { cwd: folder });
    expect(stdout).toMatch(/^y\n\d+\n$/);
  });
  test("a command that is not there: 6, and which", () => {
    const { exit, stdout, stderr } = bash('"$GAIT" capture mcp -- no-such-server < /dev/null', { cwd: folder });
    expect([exit, stdout]).toEqual([6, ""]);
    expect(stderr).toContain("no-such-server can't be started");
  });
});
