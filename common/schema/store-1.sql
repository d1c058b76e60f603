-- The store: what became of what arrived.  See loya-store(5).
-- Times are microseconds since 1970-01-01T00:00:00Z unless said otherwise.
-- CHECKs are chains of OR: SQLite makes a temporary table for an IN of more
-- than two, anew for every row.

CREATE TABLE meta (
	key		TEXT PRIMARY KEY,
	value		ANY
) STRICT, WITHOUT ROWID;

-- What became of inbox row seq.  No row: not looked at yet.
CREATE TABLE event (
	seq		INTEGER PRIMARY KEY,
	state		TEXT NOT NULL CHECK (state = 'applied' OR
	    state = 'refused' OR state = 'scheduled' OR state = 'held' OR
	    state = 'unread'),
	due_at		INTEGER,	-- scheduled: when
	why		TEXT,		-- a word of loya-event(5)
	tries		INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX event_open ON event(state, due_at) WHERE state <> 'applied';

-- Events that wait, by whom they are about: scheduled ones, and those about
-- somebody whom nobody has named yet.
CREATE TABLE pending (
	source		TEXT NOT NULL,
	external_id	TEXT NOT NULL,
	seq		INTEGER NOT NULL,
	PRIMARY KEY (source, external_id, seq)
) STRICT, WITHOUT ROWID;

-- The members: the profile as computed, and the claims it is computed from.
--   decided  {"email": 0, ...}: which element of claims decided each field
--   claims   [{"source", "external_id", "from", "to", "events", "fields"}, ...]
--   audit    the newest row of audit about this member
CREATE TABLE member (
	num		INTEGER PRIMARY KEY,	-- time and counter of id
	id		TEXT NOT NULL UNIQUE,
	status		TEXT NOT NULL CHECK (status = 'active' OR
	    status = 'suspended' OR status = 'closed' OR status = 'pending'),
	hold		TEXT,		-- the programme's own block
	points		INTEGER NOT NULL DEFAULT 0,
	tier		TEXT,
	given_name	TEXT,
	family_name	TEXT,
	name		TEXT,
	email		TEXT,
	phone_number	TEXT,
	birthdate	TEXT,
	locale		TEXT,
	zoneinfo	TEXT,
	address		TEXT,		-- JSON
	tags		TEXT,		-- JSON array
	enrolled_at	TEXT,
	ended_at	TEXT,
	attributes	TEXT,		-- JSON object
	decided		TEXT NOT NULL,	-- JSON object
	claims		TEXT NOT NULL,	-- JSON array
	audit		INTEGER NOT NULL
) STRICT;

-- Who is meant by a source's external id: a member, and the place of the link
-- in its claims.
CREATE TABLE binding (
	source		TEXT NOT NULL,
	external_id	TEXT NOT NULL,
	member		INTEGER NOT NULL REFERENCES member(num),
	slot		INTEGER NOT NULL,
	from_at		INTEGER NOT NULL,
	to_at		INTEGER,
	PRIMARY KEY (source, external_id)
) STRICT, WITHOUT ROWID;

-- The links as people think of them.
CREATE VIEW link AS
SELECT b.source, b.external_id, m.id AS member,
    (SELECT value FROM json_each(m.claims) WHERE key = b.slot) AS claims,
    b.from_at, b.to_at
FROM binding b JOIN member m ON m.num = b.member;

-- Points, append-only.
CREATE TABLE ledger (
	seq		INTEGER PRIMARY KEY,
	member		TEXT NOT NULL REFERENCES member(id),
	source		TEXT NOT NULL,
	reference	TEXT NOT NULL,
	kind		TEXT NOT NULL CHECK (kind = 'earn' OR kind = 'redeem' OR
	    kind = 'adjust' OR kind = 'expire' OR kind = 'reverse'),
	points		INTEGER NOT NULL,	-- signed: what it did
	balance		INTEGER NOT NULL,	-- behind it
	reverses	TEXT,			-- reference that it undoes
	inbox		INTEGER NOT NULL,
	audit		INTEGER NOT NULL,
	at		INTEGER NOT NULL,
	UNIQUE (source, reference)
) STRICT;

CREATE INDEX ledger_member ON ledger(member);

-- Reads of everything a source has.
CREATE TABLE snapshot (
	source		TEXT NOT NULL,
	id		TEXT NOT NULL,
	begin_seq	INTEGER,
	end_seq		INTEGER,
	count		INTEGER,	-- as the end said
	rows		INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

-- Deliveries owed.  What is sent is made from audit row audit.
CREATE TABLE outbox (
	seq		INTEGER PRIMARY KEY,
	target		TEXT NOT NULL,
	audit		INTEGER NOT NULL,
	member		TEXT,
	state		TEXT NOT NULL DEFAULT 'waiting' CHECK (
	    state = 'waiting' OR state = 'leased' OR state = 'sent' OR
	    state = 'dead'),
	due_at		INTEGER NOT NULL,
	tries		INTEGER NOT NULL DEFAULT 0,
	lease_until	INTEGER,
	answer		TEXT
) STRICT;

-- The record.  See common/audit.h for what each leaf of the tree covers.
CREATE TABLE audit (
	seq		INTEGER PRIMARY KEY,
	at		INTEGER NOT NULL,
	kind		TEXT NOT NULL,
	source		TEXT,
	event_id	TEXT,
	inbox		INTEGER,
	member		TEXT,
	prev		INTEGER,
	actor		TEXT NOT NULL,
	detail		TEXT,
	salt		BLOB,
	commitment	BLOB NOT NULL
) STRICT;

-- The tree over it, as tiles of up to 256 hashes (C2SP tlog-tiles): level 0
-- holds the leaf hashes, level n the roots of 256 full tiles below.
CREATE TABLE merkle (
	level		INTEGER NOT NULL,
	tile		INTEGER NOT NULL,
	hashes		BLOB NOT NULL,
	PRIMARY KEY (level, tile)
) STRICT;

-- Hashes of e-mail addresses and of what match rules compare, to member.num.
CREATE TABLE hash_run (
	id		INTEGER PRIMARY KEY,
	pairs		BLOB NOT NULL
) STRICT;

CREATE TABLE hash_key (
	hash		INTEGER NOT NULL,
	num		INTEGER NOT NULL,
	PRIMARY KEY (hash, num)
) STRICT, WITHOUT ROWID;

CREATE TABLE hash_merge (
	id		INTEGER PRIMARY KEY CHECK (id = 1),
	last_run	INTEGER NOT NULL,
	done		INTEGER NOT NULL
) STRICT;

-- Refusals (failed authentications) that the record has taken over already.
CREATE TABLE refusal_seen (
	source		TEXT NOT NULL,
	minute		INTEGER NOT NULL,
	why		TEXT NOT NULL,
	count		INTEGER NOT NULL,
	PRIMARY KEY (source, minute, why)
) STRICT, WITHOUT ROWID;

-- Secrets, sealed.  slot 0 is the current one, slot 1 the older one.
CREATE TABLE secret (
	name		TEXT NOT NULL,
	slot		INTEGER NOT NULL CHECK (slot IN (0, 1)),
	sealed		BLOB NOT NULL,
	created_at	INTEGER NOT NULL,
	PRIMARY KEY (name, slot)
) STRICT, WITHOUT ROWID;

-- Systems that may ask loya for a token.
CREATE TABLE client (
	id		TEXT PRIMARY KEY,
	name		TEXT NOT NULL,
	secret		BLOB NOT NULL,	-- keyed hash
	scope		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	used_at		INTEGER,
	revoked_at	INTEGER
) STRICT;

-- The record does not change.  Erasing a person empties detail and salt, and
-- nothing else; commitments and the tree stay as they were.
--
-- A row that the tree covers already is not put in again, which is what REPLACE
-- would do (it deletes without firing triggers).  AFTER, because SQLite copies
-- every column for a BEFORE trigger; ROLLBACK, because by then it is done.
CREATE TRIGGER audit_append AFTER INSERT ON audit
WHEN NEW.seq <= (SELECT tile * 256 + length(hashes) / 32 FROM merkle
    WHERE level = 0 ORDER BY tile DESC LIMIT 1)
  OR NEW.seq > 1 AND NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq - 1)
BEGIN
	SELECT RAISE(ROLLBACK, 'audit: rows are only added, each with the next seq');
END;

CREATE TRIGGER audit_keep BEFORE UPDATE ON audit
WHEN NEW.detail IS NOT NULL OR NEW.salt IS NOT NULL OR
    (NEW.seq, NEW.at, NEW.kind, NEW.source, NEW.event_id, NEW.inbox, NEW.member,
    NEW.prev, NEW.actor, NEW.commitment) IS NOT
    (OLD.seq, OLD.at, OLD.kind, OLD.source, OLD.event_id, OLD.inbox, OLD.member,
    OLD.prev, OLD.actor, OLD.commitment)
BEGIN
	SELECT RAISE(FAIL, 'audit: the record does not change');
END;

CREATE TRIGGER audit_stay BEFORE DELETE ON audit
BEGIN
	SELECT RAISE(FAIL, 'audit: the record is never deleted');
END;

CREATE TRIGGER ledger_append BEFORE INSERT ON ledger
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
  OR EXISTS (SELECT 1 FROM ledger
    WHERE source = NEW.source AND reference = NEW.reference)
BEGIN
	SELECT RAISE(FAIL, 'ledger: entries are only added; undo one by a reverse');
END;

CREATE TRIGGER ledger_keep BEFORE UPDATE ON ledger
BEGIN
	SELECT RAISE(FAIL, 'ledger: entries do not change; undo one by a reverse');
END;

CREATE TRIGGER ledger_stay BEFORE DELETE ON ledger
BEGIN
	SELECT RAISE(FAIL, 'ledger: entries are never deleted; undo one by a reverse');
END;

-- A member changes only together with a new row of audit about it, which is
-- how loya-apply writes.  Any other program is told whose field it is: RAISE
-- takes only constant text, so the owner is named through the error message
-- of a JSON path that is none.  (json_each and not json_extract: the latter is
-- not allowed here by SQLite 3.40 when trusted_schema is off.)  All refusals
-- FAIL and do not ABORT: nothing was done before them, and a trigger that can
-- ABORT makes SQLite keep a journal for each statement.
CREATE TRIGGER member_owned BEFORE UPDATE ON member
WHEN NEW.audit IS OLD.audit
  OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.audit AND member = NEW.id)
BEGIN
	SELECT count(*) FROM (
	SELECT 'member.' || f.name || ' belongs to ' || (
	    SELECT o.value FROM json_each(OLD.claims, '$[' || d.value || ']') o
	    WHERE o.key = 'source') || '; change it there' AS fault
	FROM (
	SELECT 'given_name' AS name WHERE NEW.given_name IS NOT OLD.given_name
	UNION ALL SELECT 'family_name' WHERE NEW.family_name IS NOT OLD.family_name
	UNION ALL SELECT 'name' WHERE NEW.name IS NOT OLD.name
	UNION ALL SELECT 'email' WHERE NEW.email IS NOT OLD.email
	UNION ALL SELECT 'phone_number' WHERE NEW.phone_number IS NOT OLD.phone_number
	UNION ALL SELECT 'birthdate' WHERE NEW.birthdate IS NOT OLD.birthdate
	UNION ALL SELECT 'locale' WHERE NEW.locale IS NOT OLD.locale
	UNION ALL SELECT 'zoneinfo' WHERE NEW.zoneinfo IS NOT OLD.zoneinfo
	UNION ALL SELECT 'address' WHERE NEW.address IS NOT OLD.address
	UNION ALL SELECT 'status' WHERE NEW.status IS NOT OLD.status
	UNION ALL SELECT 'tags' WHERE NEW.tags IS NOT OLD.tags
	UNION ALL SELECT 'enrolled_at' WHERE NEW.enrolled_at IS NOT OLD.enrolled_at
	UNION ALL SELECT 'ended_at' WHERE NEW.ended_at IS NOT OLD.ended_at
	) f JOIN json_each(OLD.decided) d ON d.key = f.name
	) t, json_each('{}', t.fault);
	SELECT RAISE(FAIL, 'member: only loya-apply writes members; send it a line instead');
END;

CREATE TRIGGER member_made BEFORE INSERT ON member
WHEN NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.audit AND member = NEW.id)
  OR EXISTS (SELECT 1 FROM member WHERE num = NEW.num)
BEGIN
	SELECT RAISE(FAIL, 'member: only loya-apply enrols members; send it a line instead');
END;

CREATE TRIGGER member_stay BEFORE DELETE ON member
BEGIN
	SELECT RAISE(FAIL, 'member: members are closed, never deleted');
END;

PRAGMA application_id = 1819244915;
PRAGMA user_version = 1;
