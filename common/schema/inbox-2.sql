-- Access tokens that loya issued; only a keyed hash is kept.  (Version 1 had
-- the table, and nothing that wrote it.)  change grows by one with every issue
-- and revocation: the record takes them over in that order.
DROP TABLE token;

CREATE TABLE token (
	seq		INTEGER PRIMARY KEY,
	id		TEXT NOT NULL UNIQUE,
	hash		BLOB NOT NULL UNIQUE,
	client		TEXT,		-- NULL: issued by hand
	scope		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	expires_at	INTEGER,	-- NULL: never
	used_at		INTEGER,	-- to the minute
	revoked_at	INTEGER,
	issued_by	TEXT NOT NULL,	-- actor, as in audit
	revoked_by	TEXT,
	change		INTEGER NOT NULL UNIQUE
) STRICT;

-- For forgetting those that expired long ago.
CREATE INDEX token_end ON token(expires_at) WHERE expires_at IS NOT NULL;

PRAGMA user_version = 2;
