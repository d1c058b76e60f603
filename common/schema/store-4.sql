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

PRAGMA user_version = 4;
