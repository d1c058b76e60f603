-- How many rows the record has (loya-audit stats).

-- Counted by hour, kind and source with each commit that adds rows: counting
-- a million rows of audit again takes seconds.  loya-audit verify does.
CREATE TABLE tally (
	hour		INTEGER NOT NULL,	-- since 1970
	kind		TEXT NOT NULL,
	source		TEXT NOT NULL,		-- '': none
	count		INTEGER NOT NULL,
	PRIMARY KEY (hour, kind, source)
) STRICT, WITHOUT ROWID;

INSERT INTO tally(hour, kind, source, count)
SELECT at / 3600000000, kind, coalesce(source, ''), count(*)
FROM audit GROUP BY 1, 2, 3;

-- Of 200,000 members nearly all are active and without a hold: these two say
-- how many are not, and cost a row of an index only where one is not.
CREATE INDEX member_status ON member(status) WHERE status <> 'active';
CREATE INDEX member_hold ON member(hold) WHERE hold IS NOT NULL;

-- Snapshots (loya-apply): num in the order in which they were heard of, state
-- and what was found; position is the external id up to which the links are
-- looked through.
ALTER TABLE snapshot ADD COLUMN num INTEGER NOT NULL DEFAULT 0;
ALTER TABLE snapshot ADD COLUMN state TEXT NOT NULL DEFAULT 'open' CHECK (
    state = 'open' OR state = 'counting' OR state = 'acting' OR
    state = 'done' OR state = 'refused' OR state = 'superseded');
ALTER TABLE snapshot ADD COLUMN complete_at INTEGER;
ALTER TABLE snapshot ADD COLUMN position TEXT NOT NULL DEFAULT '';
ALTER TABLE snapshot ADD COLUMN present INTEGER NOT NULL DEFAULT 0;
ALTER TABLE snapshot ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE snapshot ADD COLUMN forced INTEGER NOT NULL DEFAULT 0;

UPDATE snapshot SET state = 'superseded';

CREATE INDEX snapshot_num ON snapshot(num);
CREATE INDEX snapshot_busy ON snapshot(source, begin_seq)
    WHERE state = 'counting' OR state = 'acting';
CREATE INDEX snapshot_complete ON snapshot(source, begin_seq)
    WHERE complete_at IS NOT NULL;

-- snapshot: the newest one (its num) that named the link.  missing: where the
-- one began that it was listed for as missing.
ALTER TABLE binding ADD COLUMN snapshot INTEGER;
ALTER TABLE binding ADD COLUMN missing INTEGER;

-- What rows of snapshots had to repair: changes whose events were lost.
CREATE TABLE repair (
	source		TEXT NOT NULL,
	day		INTEGER NOT NULL,	-- days since 1970, UTC
	count		INTEGER NOT NULL,
	PRIMARY KEY (source, day)
) STRICT, WITHOUT ROWID;
-- Signed heads of the record (loya-audit head).

-- Public keys that heads were signed with, in their order; the newest one's
-- private part is the secret @head.  C2SP verifier keys.
CREATE TABLE head_key (
	seq		INTEGER PRIMARY KEY,
	vkey		TEXT NOT NULL UNIQUE,
	audit		INTEGER NOT NULL	-- the row that added it
) STRICT;

-- Every head that was ever signed, stored before anybody sees it.
CREATE TABLE head (
	seq		INTEGER PRIMARY KEY,
	size		INTEGER NOT NULL,	-- rows of audit below it
	note		TEXT NOT NULL		-- C2SP checkpoint, signed
) STRICT;

-- What witnesses signed of them: one line each, the newest.
CREATE TABLE cosignature (
	head		INTEGER NOT NULL REFERENCES head(seq),
	witness		TEXT NOT NULL,		-- verifier key
	at		INTEGER NOT NULL,	-- as the witness says
	line		TEXT NOT NULL,
	PRIMARY KEY (head, witness)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER head_append BEFORE INSERT ON head
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM head)
  OR EXISTS (SELECT 1 FROM head WHERE seq = NEW.seq - 1 AND size > NEW.size)
  OR NOT EXISTS (SELECT 1 FROM audit WHERE seq = NEW.size)
BEGIN
	SELECT RAISE(FAIL, 'head: a head is never below one that was signed, nor above the record');
END;

CREATE TRIGGER head_keep BEFORE UPDATE ON head
BEGIN
	SELECT RAISE(FAIL, 'head: what was signed does not change');
END;

CREATE TRIGGER head_stay BEFORE DELETE ON head
BEGIN
	SELECT RAISE(FAIL, 'head: what was signed is never deleted');
END;

CREATE TRIGGER head_key_append BEFORE INSERT ON head_key
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM head_key)
BEGIN
	SELECT RAISE(FAIL, 'head_key: keys are only added');
END;

CREATE TRIGGER head_key_keep BEFORE UPDATE ON head_key
BEGIN
	SELECT RAISE(FAIL, 'head_key: keys are only added');
END;

CREATE TRIGGER head_key_stay BEFORE DELETE ON head_key
BEGIN
	SELECT RAISE(FAIL, 'head_key: old heads need the keys that signed them');
END;

CREATE TRIGGER cosignature_stay BEFORE DELETE ON cosignature
BEGIN
	SELECT RAISE(FAIL, 'cosignature: only a newer one takes its place');
END;
-- Erased people (loya-audit erase).

-- Whom an erased member was known as: a keyed hash of source and external id
-- (meta: tombstone_key).  An event about them is held and brings nobody back.
CREATE TABLE tombstone (
	hash		BLOB PRIMARY KEY,
	member		INTEGER NOT NULL REFERENCES member(num)
) STRICT, WITHOUT ROWID;

CREATE INDEX tombstone_member ON tombstone(member);

-- Deliveries by rest: after a request of several rows was refused as a whole,
-- each of them goes alone, so that only the one at fault is dead.
ALTER TABLE outbox ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 4;
