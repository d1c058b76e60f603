-- Erased people (loya-audit erase).

-- Whom an erased member was known as: a keyed hash of source and external id
-- (meta: tombstone_key).  An event about them is held and brings nobody back.
CREATE TABLE tombstone (
	hash		BLOB PRIMARY KEY,
	member		INTEGER NOT NULL REFERENCES member(num)
) STRICT, WITHOUT ROWID;

CREATE INDEX tombstone_member ON tombstone(member);

PRAGMA user_version = 4;
