-- Credentials in both directions.

-- What loya holds as a client of another system, sealed: access token, refresh
-- token.  seed: created_at of the secret that a chain of refresh tokens began
-- with; a newer secret begins a new one.
CREATE TABLE credential (
	source		TEXT PRIMARY KEY,
	sealed		BLOB NOT NULL,
	obtained_at	INTEGER NOT NULL,
	expires_at	INTEGER,	-- NULL: nobody said
	seed		INTEGER
) STRICT, WITHOUT ROWID;

-- Systems that may ask loya for a token.  older: the secret before, while it
-- is being replaced.  (Version 1 had the table, and nothing that wrote it.)
DROP TABLE client;

CREATE TABLE client (
	id		TEXT PRIMARY KEY,
	name		TEXT NOT NULL,
	secret		BLOB NOT NULL,	-- keyed hash
	older		BLOB,
	scope		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	changed_at	INTEGER NOT NULL,	-- of the secret
	revoked_at	INTEGER
) STRICT;

CREATE UNIQUE INDEX client_name ON client(name) WHERE revoked_at IS NULL;

PRAGMA user_version = 2;
