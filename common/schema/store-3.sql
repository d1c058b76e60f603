-- Deliveries on their way (loya-push).

-- NULL until loya-push has looked at the row; then 0 for the first of its
-- member and target that is not done, else the row that this one waits behind.
-- A row that was not looked at stands in one small index only, in the order
-- in which loya-apply adds it.
ALTER TABLE outbox ADD COLUMN behind INTEGER;

CREATE INDEX outbox_new ON outbox(target, seq) WHERE behind IS NULL;
CREATE INDEX outbox_due ON outbox(target, due_at)
    WHERE state = 'waiting' AND behind = 0;
CREATE INDEX outbox_open ON outbox(target, member, seq)
    WHERE behind IS NOT NULL AND state <> 'sent' AND state <> 'dead';
CREATE INDEX outbox_lease ON outbox(lease_until) WHERE state = 'leased';
CREATE INDEX outbox_dead ON outbox(seq) WHERE state = 'dead';

-- What is known of a target as a whole.  No row: nothing.
CREATE TABLE target (
	name		TEXT PRIMARY KEY,
	rest_until	INTEGER,	-- it is in trouble: not before
	off_at		INTEGER,	-- it said 410; NULL: it is on
	why		TEXT
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 3;
