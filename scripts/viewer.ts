/**
 * The page that verifies in a browser: script and style in one HTML file that loads nothing and sends nothing. The build
 * of the executable runs this; it writes dist/verify.html for `GAIT_COMMIT`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { schemaModules, sharedSchemas } from "./schema-parts.ts";

export const VIEWER_PAGE = join(import.meta.dir, "../dist/verify.html");

export const VIEWER_SOURCE = join(import.meta.dir, "../src/viewer");

export interface ViewerBuild {
  readonly version: string;
  readonly commit: string;
}

/** The text of the page; the same for the same source, on every machine. */
export async function viewerPage(build: ViewerBuild): Promise<string> {
  const [script, style] = await Promise.all([bundle("main.ts", build), bundle("page/page.css", build)]);
  const page = readFileSync(join(VIEWER_SOURCE, "page/page.html"), "utf8");
  return filled(page, { policy: policy(script, style), style, script });
}

/** `page` with its parts in their places. */
export function filled(page: string, parts: Readonly<Record<string, string>>): string {
  return page.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const part = parts[name];
    if (part === undefined) throw new Error(`the page asks for ${name}, which there is not`);
    return part;
  });
}

/** A script or style of the page as one text that a page can hold. */
export async function bundle(file: string, build?: ViewerBuild): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(VIEWER_SOURCE, file)],
    target: "browser",
    format: "iife",
    minify: true,
    plugins: [sharedSchemas(await schemaModules())],
    define:
      build === undefined
        ? {}
        : { GAIT_VERSION: JSON.stringify(build.version), GAIT_COMMIT: JSON.stringify(build.commit) },
  });
  const [output, ...others] = outputs;
  if (output === undefined || others.length > 0) throw new Error(`${file} does not bundle into one file`);
  return embeddable(await output.text());
}

/** What would end a script or style element, or begin a comment in one, can only be in strings. */
function embeddable(text: string): string {
  const safe = text.trim().replaceAll(/<(?=\/(script|style)|!--)/gi, "\\x3c");
  // A browser reads a carriage return in a page as a line feed, which would change the digest.
  if (safe.includes("\r") || safe.includes("\0"))
    throw new Error("the bundle contains characters that a page can't hold");
  return safe;
}

/**
 * Allows only this one script and style, by digest, and the worker that the script makes of itself. No
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

/** As a policy writes it. */
export function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Writes a page into dist/, whole or not at all: another build may be reading it. */
export function publish(path: string, page: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const staged = `${path}.tmp-${process.pid}`;
  writeFileSync(staged, page);
  renameSync(staged, path);
}

if (import.meta.main) {
  const commit = process.env["GAIT_COMMIT"] ?? "unknown";
  publish(VIEWER_PAGE, await viewerPage({ version: packageJson.version, commit }));
}
