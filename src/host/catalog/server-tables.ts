/** The tables of a catalogue in PostgreSQL: those of the file (contract 14.8), in a schema of their own. */

/** Nothing outside of it is ever touched. */
export const SCHEMA = "gait";

export const TABLES_VERSION = 2;

export const SERVER_TABLES = `
CREATE TABLE catalog (version integer NOT NULL);
INSERT INTO catalog VALUES (${TABLES_VERSION});
CREATE TABLE pack (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sha256 bytea NOT NULL UNIQUE, size bigint,
  location text, pack_id text, pack_type text, source_ref text,
  first_at timestamptz, last_at timestamptz, calls bigint, not_ok bigint
);
CREATE TABLE tool (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE pack_tool (
  pack bigint NOT NULL, tool bigint NOT NULL, calls bigint NOT NULL, not_ok bigint NOT NULL, PRIMARY KEY (pack, tool)
);
CREATE TABLE signer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key_id text NOT NULL UNIQUE);
CREATE TABLE pack_signer (pack bigint NOT NULL, signer bigint NOT NULL, status text NOT NULL, PRIMARY KEY (pack, signer));
CREATE TABLE trust (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, trust_id text NOT NULL UNIQUE);
CREATE TABLE verification (
  pack bigint NOT NULL, trust bigint NOT NULL, verdict text NOT NULL, reason text NOT NULL, findings jsonb NOT NULL,
  at timestamptz NOT NULL, gait text NOT NULL, PRIMARY KEY (pack, trust)
);
CREATE TABLE collection (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, vkey text NOT NULL UNIQUE, origin text NOT NULL,
  size bigint NOT NULL, root bytea NOT NULL
);
CREATE TABLE entry (
  collection bigint NOT NULL, at bigint NOT NULL, pack bigint NOT NULL, type text NOT NULL, reason text,
  PRIMARY KEY (collection, at)
);
CREATE VIEW newest AS SELECT DISTINCT ON (pack) * FROM verification ORDER BY pack, at DESC, trust DESC;
CREATE INDEX pack_last_at ON pack (last_at);
CREATE INDEX pack_not_ok ON pack (last_at) WHERE not_ok > 0;
CREATE INDEX pack_tool_not_ok ON pack_tool (tool, pack) WHERE not_ok > 0;
CREATE INDEX pack_signer_signer ON pack_signer (signer, pack);
CREATE INDEX entry_pack ON entry (pack);
CREATE INDEX verification_failed ON verification (pack) WHERE verdict = 'failed';
`;

/** Receipts of one call, in their order, until all of them are there. */
export const INCOMING = `CREATE TEMP TABLE incoming (
  n bigint NOT NULL, sha256 bytea NOT NULL, size bigint NOT NULL, location text NOT NULL,
  pack_id text, pack_type text, source_ref text, first_at timestamptz, last_at timestamptz, calls bigint, not_ok bigint,
  tools jsonb NOT NULL, signers jsonb NOT NULL, trust_id text NOT NULL, verdict text NOT NULL, reason text NOT NULL,
  findings jsonb NOT NULL, at timestamptz NOT NULL, gait text NOT NULL
) ON COMMIT DROP`;

/** The rows follow, with the columns in this order. */
export const TAKE_IN = "COPY incoming FROM STDIN";

const NUMBERS = "pack_id, pack_type, source_ref, first_at, last_at, calls, not_ok";

/** One after the other, once all receipts are there: what is newer wins, whatever the order in which they came. */
export const MERGE: readonly string[] = [
  "INSERT INTO trust (trust_id) SELECT DISTINCT trust_id FROM incoming ORDER BY 1 ON CONFLICT DO NOTHING",
  `INSERT INTO signer (key_id) SELECT DISTINCT s->>'key_id' FROM incoming, jsonb_array_elements(signers) s ORDER BY 1
   ON CONFLICT DO NOTHING`,
  `INSERT INTO tool (name) SELECT DISTINCT t->>'name' FROM incoming, jsonb_array_elements(tools) t ORDER BY 1
   ON CONFLICT DO NOTHING`,
  // What the packs that are there have seen before.
  `CREATE TEMP TABLE before ON COMMIT DROP AS SELECT pack.id, pack.sha256, max(v.at) AS seen,
   max(v.at) FILTER (WHERE v.verdict <> 'failed') AS counted FROM pack LEFT JOIN verification v ON v.pack = pack.id
   WHERE pack.sha256 IN (SELECT sha256 FROM incoming) GROUP BY pack.id`,
  `INSERT INTO pack (sha256, size, location) SELECT DISTINCT ON (sha256) sha256, size, location FROM incoming
   ORDER BY sha256, at DESC, n DESC ON CONFLICT (sha256) DO NOTHING`,
  `UPDATE pack SET size = i.size, location = i.location FROM (
     SELECT DISTINCT ON (sha256) sha256, size, location, at FROM incoming ORDER BY sha256, at DESC, n DESC
   ) i JOIN before ON before.sha256 = i.sha256 WHERE pack.id = before.id AND i.at >= coalesce(before.seen, '-infinity')`,
  // Of a pack that failed, what it says of itself counts only where nothing else is known.
  `CREATE TEMP TABLE told ON COMMIT DROP AS SELECT pack.id AS pack, i.* FROM (
     SELECT DISTINCT ON (sha256) sha256, ${NUMBERS}, tools, verdict, at FROM incoming
     ORDER BY sha256, (verdict = 'failed'), CASE WHEN verdict = 'failed' THEN NULL ELSE at END DESC NULLS LAST,
       CASE WHEN verdict = 'failed' THEN n ELSE -n END
   ) i JOIN pack ON pack.sha256 = i.sha256 LEFT JOIN before ON before.id = pack.id
   WHERE before.seen IS NULL OR (i.verdict <> 'failed' AND i.at >= coalesce(before.counted, '-infinity'))`,
  `UPDATE pack SET (${NUMBERS}) = (SELECT ${NUMBERS.replaceAll(/\w+/g, "told.$&")}) FROM told WHERE told.pack = pack.id`,
  "DELETE FROM pack_tool USING told WHERE pack_tool.pack = told.pack",
  `INSERT INTO pack_tool SELECT told.pack, tool.id, (t->>'calls')::bigint, (t->>'not_ok')::bigint
   FROM told, jsonb_array_elements(tools) t JOIN tool ON tool.name = t->>'name'`,
  // A signature that a key was held against is known for ever: the bytes are the same. A bad one counts most.
  `INSERT INTO pack_signer SELECT DISTINCT ON (pack.id, signer.id) pack.id, signer.id, s->>'status'
   FROM incoming i JOIN pack ON pack.sha256 = i.sha256, jsonb_array_elements(i.signers) s JOIN signer ON signer.key_id = s->>'key_id'
   ORDER BY pack.id, signer.id, CASE s->>'status' WHEN 'failed' THEN 0 WHEN 'verified' THEN 1 ELSE 2 END
   ON CONFLICT (pack, signer) DO UPDATE SET status = excluded.status
   WHERE pack_signer.status = 'not_checked' OR (pack_signer.status = 'verified' AND excluded.status = 'failed')`,
  `INSERT INTO verification SELECT DISTINCT ON (pack.id, trust.id) pack.id, trust.id, verdict, reason, findings, at, gait
   FROM incoming i JOIN pack ON pack.sha256 = i.sha256 JOIN trust ON trust.trust_id = i.trust_id
   ORDER BY pack.id, trust.id, at DESC, n DESC
   ON CONFLICT (pack, trust) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason,
     findings = excluded.findings, at = excluded.at, gait = excluded.gait WHERE excluded.at >= verification.at`,
];
