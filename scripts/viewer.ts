/**
 * The page that verifies in a browser: script and style in one HTML file that loads nothing and sends nothing. The build
 * of the executable runs this; it writes dist/verify.html for `GAIT_COMMIT`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };

export const VIEWER_PAGE = join(import.meta.dir, "../dist/verify.html");

const SOURCE = join(import.meta.dir, "../src/viewer");

export interface ViewerBuild {
  readonly version: string;
  readonly commit: string;
}

/** The text of the page; the same for the same source, on every machine. */
export async function viewerPage(build: ViewerBuild): Promise<string> {
  const [script, style] = await Promise.all([bundle("main.ts", build), bundle("page.css", build)]);
  const parts: Readonly<Record<string, string>> = {
    policy: policy(script, style),
    style,
    script,
  };
  return readFileSync(join(SOURCE, "page.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`page.html asks for ${name}, which there is not`);
    return part;
  });
}

async function bundle(file: string, { version, commit }: ViewerBuild): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(SOURCE, file)],
    target: "browser",
    format: "iife",
    minify: true,
    define: { GAIT_VERSION: JSON.stringify(version), GAIT_COMMIT: JSON.stringify(commit) },
  });
  const [output, ...others] = outputs;
  if (output === undefined || others.length > 0) throw new Error(`${file} is not one file when it is bundled`);
  return embeddable(await output.text());
}

/** What would end a script or style element, or begin a comment in one, stands in strings only. */
function embeddable(text: string): string {
  const safe = text.trim().replaceAll(/<(?=\/(script|style)|!--)/gi, "\\x3c");
  // A browser reads a carriage return in a page as a line feed, and the digest would be another.
  if (safe.includes("\r") || safe.includes("\0")) throw new Error("the bundle has characters that a page can't hold");
  return safe;
}

/**
 * Nothing is allowed but this one script and style, by digest, and the other thread that the script makes of itself. No
 * text can become markup (`trusted-types`), nothing can be fetched or sent.
 */
function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    "worker-src blob:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types gait-worker",
  ].join("; ");
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

if (import.meta.main) {
  const page = await viewerPage({ version: packageJson.version, commit: process.env["GAIT_COMMIT"] ?? "unknown" });
  mkdirSync(join(VIEWER_PAGE, ".."), { recursive: true });
  // Another build may be reading it.
  const staged = `${VIEWER_PAGE}.tmp-${process.pid}`;
  writeFileSync(staged, page);
  renameSync(staged, VIEWER_PAGE);
}
