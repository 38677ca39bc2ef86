/** The tables of a catalogue (contract 14.8). Digests stand in one unique index alone, and rows name each other by small numbers. */

/** `gait` in ASCII, as SQLite's application id: another program's database is never written to. */
export const APPLICATION_ID = 0x67616974;

/** SQLite's user version: a catalogue of another one is built anew. */
export const TABLES_VERSION = 2;

export const TABLES = `
CREATE TABLE pack (
  id INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE, size INTEGER, location TEXT,
  pack_id TEXT, pack_type TEXT, source_ref TEXT, first_at TEXT, last_at TEXT, calls INTEGER, not_ok INTEGER
) STRICT;
CREATE TABLE tool (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE pack_tool (
  pack INTEGER NOT NULL, tool INTEGER NOT NULL, calls INTEGER NOT NULL, not_ok INTEGER NOT NULL, PRIMARY KEY (pack, tool)
) STRICT, WITHOUT ROWID;
CREATE TABLE signer (id INTEGER PRIMARY KEY, key_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE pack_signer (
  pack INTEGER NOT NULL, signer INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY (pack, signer)
) STRICT, WITHOUT ROWID;
CREATE TABLE trust (id INTEGER PRIMARY KEY, trust_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE verification (
  pack INTEGER NOT NULL, trust INTEGER NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL, findings TEXT NOT NULL,
  at TEXT NOT NULL, gait TEXT NOT NULL, PRIMARY KEY (pack, trust)
) STRICT, WITHOUT ROWID;
CREATE TABLE collection (
  id INTEGER PRIMARY KEY, vkey TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL
) STRICT;
CREATE TABLE entry (
  collection INTEGER NOT NULL, at INTEGER NOT NULL, pack INTEGER NOT NULL, type TEXT NOT NULL, reason TEXT,
  PRIMARY KEY (collection, at)
) STRICT, WITHOUT ROWID;
CREATE VIEW newest AS SELECT * FROM verification v WHERE NOT EXISTS (
  SELECT 1 FROM verification n WHERE n.pack = v.pack AND (n.at > v.at OR (n.at = v.at AND n.trust > v.trust))
);
`;

/** Made behind the rows of a new catalogue, which is faster than with them. */
export const INDEXES = `
CREATE INDEX pack_last_at ON pack (last_at);
CREATE INDEX pack_not_ok ON pack (last_at) WHERE not_ok > 0;
CREATE INDEX pack_tool_not_ok ON pack_tool (tool, pack) WHERE not_ok > 0;
CREATE INDEX pack_signer_signer ON pack_signer (signer, pack);
CREATE INDEX entry_pack ON entry (pack);
CREATE INDEX verification_failed ON verification (pack) WHERE verdict = 'failed';
`;
