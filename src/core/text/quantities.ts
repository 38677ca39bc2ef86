/** Formats sizes and durations for people. */

const UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** `840 bytes`, `1.2 MiB`; exact below 1 KiB. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  let value = bytes / 1024;
  let unit = 0;
  // 1023.95 and up would be written as 1024.0.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** `1 byte`, `12345 bytes`. */
export function bytesText(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}

/** `250 ms`, `11.2 s`, `1 min 42 s`, `3 h 05 min`, `12 d 3 h`; with a minus sign if time went back. */
export function durationText(seconds: number): string {
  if (seconds < 0) return `-${durationText(-seconds)}`;
  if (seconds === 0) return "0 s";
  if (seconds < 0.001) return "under 1 ms";
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1).replace(/\.0$/, "")} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A time relative to the first: `+0:04`, `+1:02:03.250`, `-0:58` before it. Milliseconds are cut, not rounded. */
export function offsetText(seconds: number): string {
  const milliseconds = Math.floor(Math.abs(seconds) * 1000 + 1e-6);
  const sign = seconds < 0 && milliseconds > 0 ? "-" : "+";
  const whole = Math.floor(milliseconds / 1000);
  const fraction = milliseconds % 1000 === 0 ? "" : `.${String(milliseconds % 1000).padStart(3, "0")}`;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const clock = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  return `${sign}${clock}:${two(whole % 60)}${fraction}`;
}

/** `1 call`, `2 calls`, `12,345 calls`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
