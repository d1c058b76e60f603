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

PRAGMA user_version = 4;
