-- What loya-pull remembers of the sources it reads.

-- Of records that carry no stamp: keyed hashes of who it is and of what was
-- read last, and how often that was something else.
CREATE TABLE seen (
	key		INTEGER PRIMARY KEY,
	content		INTEGER NOT NULL,
	count		INTEGER NOT NULL
) STRICT;

-- Thin events whose record was read back and stands in the inbox, too.
CREATE TABLE read_back (
	seq		INTEGER PRIMARY KEY,
	at		INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 4;
