/** The time now, as captured lines have it: RFC 3339 in UTC with nine digits, of which the clock knows the first six. */
export function captureTime(): string {
  const microseconds = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
  const seconds = new Date(Number(microseconds / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${String(microseconds % 1_000_000n).padStart(6, "0")}000Z`;
}
