/** Likely secrets in arguments and results, replaced by the name of their kind: never a digest, never a length. */
import type { JsonValue } from "../../../schema/document/primitives.ts";

const SECRET_MEMBER =
  /^(?:password|passwd|secret|token|api[_-]key|authorization|cookie|set-cookie|private[_-]key|client[_-]secret|access[_-]token|refresh[_-]token)$/i;

interface SecretPattern {
  readonly kind: string;
  /** Its group is what is replaced; without one, all of it is. */
  readonly pattern: RegExp;
}

/** In this order: what one has replaced, the next no longer sees. */
const PATTERNS: readonly SecretPattern[] = [
  {
    kind: "private_key",
    pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY-----/g,
  },
  { kind: "anthropic_key", pattern: /\bsk-ant-[A-Za-z0-9_-]{20,}/g },
  { kind: "openai_key", pattern: /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}/g },
  { kind: "github_token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})/g },
  { kind: "gitlab_token", pattern: /\bglpat-[A-Za-z0-9_-]{20,}/g },
  { kind: "aws_access_key", pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  { kind: "aws_secret", pattern: /aws_secret_access_key["'\s:=]+([A-Za-z0-9/+]{40})/gi },
  { kind: "google_key", pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
  { kind: "slack_token", pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g },
  { kind: "slack_webhook", pattern: /https:\/\/hooks\.slack\.com\/services\/[A-Za-z0-9/_-]+/g },
  { kind: "stripe_key", pattern: /\b[rs]k_live_[A-Za-z0-9]{16,}/g },
  { kind: "npm_token", pattern: /\bnpm_[A-Za-z0-9]{36}/g },
  { kind: "huggingface_token", pattern: /\bhf_[A-Za-z0-9]{30,}/g },
  { kind: "jwt", pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g },
  { kind: "bearer", pattern: /\bbearer\s+([A-Za-z0-9._~+/=-]{16,})/gi },
  { kind: "url_password", pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:([^\s@/[]+)@/g },
  {
    kind: "assigned",
    pattern: /(?:password|passwd|secret|token|api_?key)["']?\s*[:=]\s*["']?([^\s"',;[]{8,})/gi,
  },
];

/** A hit for each text that was replaced, by kind. */
export type RedactionHits = Map<string, number>;

/** The value without its likely secrets; the hits go to `hits`. */
export function redacted(value: JsonValue, hits: RedactionHits): JsonValue {
  if (typeof value === "string") return redactedText(value, hits);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => redacted(element, hits));
  return Object.fromEntries(
    Object.keys(value).map((name) => {
      const member = value[name] as JsonValue;
      return [name, SECRET_MEMBER.test(name) ? redactedMember(member, hits) : redacted(member, hits)];
    }),
  );
}

/** The member of a name that says what it holds. */
function redactedMember(value: JsonValue, hits: RedactionHits): JsonValue {
  if (typeof value === "string") return value === "" ? value : replaced("member", hits);
  if (Array.isArray(value)) return value.map((element) => redactedMember(element, hits));
  return redacted(value, hits);
}

function redactedText(text: string, hits: RedactionHits): string {
  let left = text;
  for (const { kind, pattern } of PATTERNS) {
    left = left.replace(pattern, (all: string, part: unknown) => {
      const mark = replaced(kind, hits);
      // The part may occur in the match before its own place: it ends the match, but for an `@`.
      if (typeof part !== "string") return mark;
      const at = all.lastIndexOf(part);
      return all.slice(0, at) + mark + all.slice(at + part.length);
    });
  }
  return left;
}

function replaced(kind: string, hits: RedactionHits): string {
  hits.set(kind, (hits.get(kind) ?? 0) + 1);
  return `[redacted:${kind}]`;
}
