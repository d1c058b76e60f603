PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE meta (
	key		TEXT PRIMARY KEY,
	value		ANY
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('authority',6154012411120361570);
INSERT INTO meta VALUES('hash_key',X'0cd44fda699ae1ecd5a692800142c7c9');
INSERT INTO meta VALUES('match',9210922559577492155);
INSERT INTO meta VALUES('secret_key',6430656238659141328);
CREATE TABLE event (
	seq		INTEGER PRIMARY KEY,
	state		TEXT NOT NULL CHECK (state = 'applied' OR
	    state = 'refused' OR state = 'scheduled' OR state = 'held' OR
	    state = 'unread'),
	due_at		INTEGER,	-- scheduled: when
	why		TEXT,		-- a word of loya-event(5)
	tries		INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO event VALUES(1,'applied',NULL,NULL,1);
INSERT INTO event VALUES(2,'applied',NULL,NULL,1);
INSERT INTO event VALUES(3,'applied',NULL,NULL,1);
INSERT INTO event VALUES(4,'scheduled',1893456000000000,NULL,1);
INSERT INTO event VALUES(5,'applied',NULL,NULL,1);
INSERT INTO event VALUES(6,'applied',NULL,NULL,1);
CREATE TABLE pending (
	source		TEXT NOT NULL,
	external_id	TEXT NOT NULL,
	seq		INTEGER NOT NULL,
	PRIMARY KEY (source, external_id, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO pending VALUES('hr','E2',4);
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
INSERT INTO member VALUES(7354073088000000,'01a207d9-2100-7000-b814-1ef519d31278','suspended',NULL,5,NULL,'Anna','B','A','a@example.org',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"given_name":0,"family_name":0,"name":0,"email":0,"status":0}','[{"source":"hr","external_id":"E1","from":1795428000000000,"events":[[1,1,1],[3,1,2],[5,0,1795478400000000],[6,0,1795564800000000]],"fields":{"given_name":["Anna",2],"family_name":["B",3],"name":["A",0],"email":["a@example.org",0],"status":["suspended",1]}}]',7);
CREATE TABLE binding (
	source		TEXT NOT NULL,
	external_id	TEXT NOT NULL,
	member		INTEGER NOT NULL REFERENCES member(num),
	slot		INTEGER NOT NULL,
	from_at		INTEGER NOT NULL,
	to_at		INTEGER,
	PRIMARY KEY (source, external_id)
) STRICT, WITHOUT ROWID;
INSERT INTO binding VALUES('hr','E1',7354073088000000,0,1795428000000000,NULL);
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
INSERT INTO ledger VALUES(1,'01a207d9-2100-7000-b814-1ef519d31278','hr','r1','earn',5,5,NULL,2,3,1795428000000000);
CREATE TABLE snapshot (
	source		TEXT NOT NULL,
	id		TEXT NOT NULL,
	begin_seq	INTEGER,
	end_seq		INTEGER,
	count		INTEGER,	-- as the end said
	rows		INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;
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
, behind INTEGER) STRICT;
INSERT INTO outbox VALUES(1,'crm',6,'01a207d9-2100-7000-b814-1ef519d31278','waiting',1795478400000000,0,NULL,NULL,NULL);
INSERT INTO outbox VALUES(2,'crm',7,'01a207d9-2100-7000-b814-1ef519d31278','waiting',1795564800000000,0,NULL,NULL,NULL);
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
INSERT INTO audit VALUES(1,1795676294209293,'store.init',NULL,NULL,NULL,NULL,NULL,'user:root','{"key":"/tmp/tmp.x6pCMwUKnn/conf/key"}',X'f5a98621e20433a42c8869c3aa615f9d',X'79badb590f475774bd8f724564278d0e100abd69f55079a6efb31b7c1e95c3c0');
INSERT INTO audit VALUES(2,1795428000000000,'member.enrolled','hr','1',1,'01a207d9-2100-7000-b814-1ef519d31278',NULL,'user:root','{"external_id":"E1","changes":{"name":{"old":null,"new":"A"},"email":{"old":null,"new":"a@example.org"},"status":{"old":null,"new":"active"}}}',X'9d85e97fe4992d17444ee5fd486d4d4e',X'3b9c2208bfae9ba3cff682b58eaf25b2c2108ec2a6179884001c960d401b3c50');
INSERT INTO audit VALUES(3,1795428000000000,'points.posted','hr','2',2,'01a207d9-2100-7000-b814-1ef519d31278',2,'user:root','{"external_id":"E1","kind":"earn","points":5,"balance":5,"reference":"r1"}',X'97e956447aa05257fe8c560c45c291bb',X'f78c21631f65f2cab299a54c4b7e7c6577695e10190c6b8b68bdd208d172f224');
INSERT INTO audit VALUES(4,1795428000000000,'member.suspended','hr','3',3,'01a207d9-2100-7000-b814-1ef519d31278',3,'user:root','{"external_id":"E1","changes":{"status":{"old":"active","new":"suspended"}}}',X'f453668d79a7edf27e86f43e3d8fdb98',X'1c027f05256e4164c8fbcc29ae2bc747af1f9bfa16655c64e1a0b7c43e2ba74f');
INSERT INTO audit VALUES(5,1795428000000000,'event.scheduled','hr','4',4,NULL,NULL,'user:root','{"external_id":"E2","effective_at":"2030-01-01T00:00:00.000000Z"}',X'e7ae8ee15574a8feae366bc28730427f',X'cfd676697e68ace04254c21a0cc8fff299db2b5c8c78b4e71916f0583c03934d');
INSERT INTO audit VALUES(6,1795478400000000,'member.updated','hr','v2',5,'01a207d9-2100-7000-b814-1ef519d31278',4,'user:root','{"external_id":"E1","changes":{"given_name":{"old":null,"new":"Anna"}}}',X'0c1ebf58594a7c3d9104467a2fb87f0c',X'5521725b540da367390399c250837c74e343ea1f777c218939cbaa0d2fe90b6d');
INSERT INTO audit VALUES(7,1795564800000000,'member.updated','hr','v3',6,'01a207d9-2100-7000-b814-1ef519d31278',6,'user:root','{"external_id":"E1","changes":{"family_name":{"old":null,"new":"B"}}}',X'62d61c4cc237e46979b50ea68a4f7f2a',X'133b52fb2e5ca6eb48019fa7cc2cdb5ff81ddfd618ad73bcdda255608cfcfbaf');
CREATE TABLE merkle (
	level		INTEGER NOT NULL,
	tile		INTEGER NOT NULL,
	hashes		BLOB NOT NULL,
	PRIMARY KEY (level, tile)
) STRICT;
INSERT INTO merkle VALUES(0,0,X'8dd385666c4be5bbfd902ad185da724258aa826e64a6aaf468e9e46caf6291f435f24540b5658b769c78ed9a171c068696d451f47f65d09c5b76cb8cb33268b2b5bbfaf4e2f2197b2146590756879d4ba4d59fc1a1864216c4f58cd39e458d04527344ba9c9817f469733db128168910fd23d9ab2254085fc1ef0dc9e5e3b79272b1c18d0fac16e7d87c4b762d176749bd37ed5bb1b779514a74cd3ef222380b5d27bf66805e51015ba949c360d1c159978a6847e7e5c1d53d5419381b584e150c1ad809c953a94ccca06fcfdac078ae9667daa5f965a97a644272b4923efa84');
CREATE TABLE hash_run (
	id		INTEGER PRIMARY KEY,
	pairs		BLOB NOT NULL
) STRICT;
INSERT INTO hash_run VALUES(1,X'e4e98cd225d27ad5000010927d201a00');
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
CREATE TABLE refusal_seen (
	source		TEXT NOT NULL,
	minute		INTEGER NOT NULL,
	why		TEXT NOT NULL,
	count		INTEGER NOT NULL,
	PRIMARY KEY (source, minute, why)
) STRICT, WITHOUT ROWID;
CREATE TABLE secret (
	name		TEXT NOT NULL,
	slot		INTEGER NOT NULL CHECK (slot IN (0, 1)),
	sealed		BLOB NOT NULL,
	created_at	INTEGER NOT NULL,
	PRIMARY KEY (name, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE credential (
	source		TEXT PRIMARY KEY,
	sealed		BLOB NOT NULL,
	obtained_at	INTEGER NOT NULL,
	expires_at	INTEGER,	-- NULL: nobody said
	seed		INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE client (
	id		TEXT PRIMARY KEY,
	name		TEXT NOT NULL,
	secret		BLOB NOT NULL,	-- keyed hash
	older		BLOB,
	scope		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	changed_at	INTEGER NOT NULL,	-- of the secret
	revoked_at	INTEGER
) STRICT;
CREATE TABLE target (
	name		TEXT PRIMARY KEY,
	rest_until	INTEGER,	-- it is in trouble: not before
	off_at		INTEGER,	-- it said 410; NULL: it is on
	why		TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX event_open ON event(state, due_at) WHERE state <> 'applied';
CREATE VIEW link AS
SELECT b.source, b.external_id, m.id AS member,
    (SELECT value FROM json_each(m.claims) WHERE key = b.slot) AS claims,
    b.from_at, b.to_at
FROM binding b JOIN member m ON m.num = b.member;
CREATE INDEX ledger_member ON ledger(member);
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
CREATE UNIQUE INDEX client_name ON client(name) WHERE revoked_at IS NULL;
CREATE INDEX outbox_new ON outbox(target, seq) WHERE behind IS NULL;
CREATE INDEX outbox_due ON outbox(target, due_at)
    WHERE state = 'waiting' AND behind = 0;
CREATE INDEX outbox_open ON outbox(target, member, seq)
    WHERE behind IS NOT NULL AND state <> 'sent' AND state <> 'dead';
CREATE INDEX outbox_lease ON outbox(lease_until) WHERE state = 'leased';
CREATE INDEX outbox_dead ON outbox(seq) WHERE state = 'dead';
COMMIT;
PRAGMA application_id = 1819244915;
PRAGMA user_version = 3;
