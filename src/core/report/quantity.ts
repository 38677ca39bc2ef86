/** Numbers as a person reads them: the same on every machine, whatever its language is. */

/** `1,234,567` */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 call`, `12,000 calls` */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : several}`;
}

/** `731 bytes`, `12.3 KB`: powers of ten, as file managers count. */
export function sizeText(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit += 1) value /= 1000;
  return unit === 0
    ? counted(value, "byte")
    : `${value < 1000 ? value.toPrecision(3) : Math.round(value)} ${units[unit]}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `350 ms`, `12.5 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`; with a minus in front where time went back. */
export function durationText(seconds: number): string {
  if (seconds < 0) return `−${durationText(-seconds)}`;
  if (seconds < 0.001) return seconds === 0 ? "0 s" : "under 1 ms";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < MINUTE) return `${Math.floor(seconds * 100) / 100} s`;
  if (seconds < HOUR) return parts(seconds, MINUTE, "min", 1, "s");
  if (seconds < DAY) return parts(seconds, HOUR, "h", MINUTE, "min");
  return parts(seconds, DAY, "d", HOUR, "h");
}

function parts(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const whole = Math.floor(seconds / large);
  const rest = Math.floor((seconds - whole * large) / small);
  return `${countText(whole)} ${largeName}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}
