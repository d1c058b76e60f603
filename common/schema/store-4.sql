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

PRAGMA user_version = 4;
