-- The inbox file, STORE-inbox: what arrived.  See loya-store(5).
-- Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE meta (
	key		TEXT PRIMARY KEY,
	value		ANY
) STRICT, WITHOUT ROWID;

-- Every event that was acknowledged, in the order of receipt.  (source,
-- event_id) never stands twice; the guard is hash_run and hash_key below.
CREATE TABLE inbox (
	seq		INTEGER PRIMARY KEY,
	source		TEXT NOT NULL,
	event_id	TEXT NOT NULL,
	received_at	INTEGER NOT NULL,
	content_type	TEXT NOT NULL,
	head		TEXT,		-- JSON of what stood outside the body
	body		BLOB		-- the exact bytes; NULL once pruned
) STRICT;

CREATE TRIGGER inbox_append BEFORE INSERT ON inbox
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM inbox)
BEGIN
	SELECT RAISE(FAIL, 'inbox: rows are only added, each with the next seq');
END;

CREATE TRIGGER inbox_keep BEFORE UPDATE ON inbox
WHEN NEW.body IS NOT NULL OR NEW.head IS NOT NULL OR
    (NEW.seq, NEW.source, NEW.event_id, NEW.received_at, NEW.content_type) IS NOT
    (OLD.seq, OLD.source, OLD.event_id, OLD.received_at, OLD.content_type)
BEGIN
	SELECT RAISE(FAIL, 'inbox: rows do not change; only a body can be pruned');
END;

CREATE TRIGGER inbox_stay BEFORE DELETE ON inbox
BEGIN
	SELECT RAISE(FAIL, 'inbox: rows are the replay guard and are never deleted');
END;

-- Where each hash of (source, event_id) stands: first in the newest run, in the
-- order of arrival, later merged into hash_key in the order of the hash.  A
-- unique index over random ids would touch a page for every row (hashindex.h).
CREATE TABLE hash_run (
	id		INTEGER PRIMARY KEY,
	pairs		BLOB NOT NULL	-- 16 bytes each: hash, number
) STRICT;

CREATE TABLE hash_key (
	hash		INTEGER NOT NULL,
	num		INTEGER NOT NULL,
	PRIMARY KEY (hash, num)
) STRICT, WITHOUT ROWID;

-- A merge under way: runs up to last_run, done up to hash done.  One row or none.
CREATE TABLE hash_merge (
	id		INTEGER PRIMARY KEY CHECK (id = 1),
	last_run	INTEGER NOT NULL,
	done		INTEGER NOT NULL
) STRICT;

-- How far loya-pull has read each source.
CREATE TABLE cursor (
	source		TEXT NOT NULL,
	name		TEXT NOT NULL,
	value		TEXT NOT NULL,
	at		INTEGER NOT NULL,
	PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

-- Access tokens that loya issued; only a keyed hash is kept.
CREATE TABLE token (
	id		TEXT PRIMARY KEY,
	hash		BLOB NOT NULL UNIQUE,
	client		TEXT NOT NULL,
	scope		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	expires_at	INTEGER,
	used_at		INTEGER,
	revoked_at	INTEGER
) STRICT;

-- Failed authentications, counted: a flood of them makes a number larger.
CREATE TABLE refusal (
	source		TEXT NOT NULL,
	minute		INTEGER NOT NULL,	-- minutes since 1970
	why		TEXT NOT NULL,
	count		INTEGER NOT NULL,
	PRIMARY KEY (source, minute, why)
) STRICT, WITHOUT ROWID;

PRAGMA application_id = 1819244905;
PRAGMA user_version = 1;
