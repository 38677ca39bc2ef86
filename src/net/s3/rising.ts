/** A list that goes on for as long as it brings something new: keys rise (UTF-8, as S3 lists), and so it has an end. */
import { compareUtf8 } from "../../core/text/utf8-order.ts";

export class Rising {
  #key: string | undefined;
  /** Versions of that key. */
  readonly #versions = new Set<string>();

  /** Whether this is behind all that came before: a key that is greater, or the same one in a version that was not told. */
  take(key: string, version = ""): boolean {
    const order = this.#key === undefined ? 1 : compareUtf8(key, this.#key);
    if (order < 0) return false;
    if (order > 0) {
      this.#key = key;
      this.#versions.clear();
    }
    if (this.#versions.has(version)) return false;
    this.#versions.add(version);
    return true;
  }
}
