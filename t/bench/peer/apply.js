// apply.js INBOX FILE: the work of loya-apply as one would write it in Node
// with better-sqlite3: events from loya's inbox file, 100 a transaction; look
// the member up, compare, upsert with what the source said, an audit row in a
// SHA-256 chain, an outbox row.  No authority, no order, no tree.
'use strict';
const crypto = require('crypto');
const Database = require('better-sqlite3');

const FIELDS = ['given_name', 'family_name', 'email', 'phone_number',
	'status', 'locale', 'zoneinfo', 'birthdate', 'tags', 'department',
	'employee_number', 'grade', 'address'];
const [inboxFile, file] = process.argv.slice(2);
const inbox = new Database(inboxFile, { readonly: true });
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
CREATE TABLE IF NOT EXISTS member (num INTEGER PRIMARY KEY, id TEXT NOT NULL
	UNIQUE, ${FIELDS.map((f) => f + ' TEXT').join(', ')}, claims TEXT,
	audit INTEGER);
CREATE TABLE IF NOT EXISTS link (source TEXT, external_id TEXT, member INTEGER,
	PRIMARY KEY (source, external_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (seq INTEGER PRIMARY KEY, at INTEGER,
	kind TEXT, source TEXT, event_id TEXT, inbox INTEGER, member TEXT,
	detail TEXT, hash BLOB);
CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, target TEXT,
	audit INTEGER, member TEXT, state TEXT, due_at INTEGER);
CREATE TABLE IF NOT EXISTS progress (id INTEGER PRIMARY KEY, seq INTEGER);
`);
const find = db.prepare('SELECT m.* FROM link l JOIN member m ' +
	'ON m.num = l.member WHERE l.source = ? AND l.external_id = ?');
const put = db.prepare(`INSERT INTO member(num, id, ${FIELDS.join(', ')},
	claims, audit) VALUES (@num, @id, ${FIELDS.map((f) => '@' + f).join(', ')},
	@claims, @audit) ON CONFLICT(num) DO UPDATE SET
	${FIELDS.map((f) => `${f} = excluded.${f}`).join(', ')},
	claims = excluded.claims, audit = excluded.audit`);
const bind = db.prepare('INSERT INTO link VALUES (?, ?, ?)');
const log = db.prepare('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
const owe = db.prepare('INSERT INTO outbox(target, audit, member, state, ' +
	"due_at) VALUES (?, ?, ?, 'waiting', ?)");
const progress = db.prepare('INSERT INTO progress VALUES (1, ?) ' +
	'ON CONFLICT(id) DO UPDATE SET seq = excluded.seq');
const some = inbox.prepare('SELECT seq, source, event_id, received_at, body ' +
	'FROM inbox WHERE seq > ? ORDER BY seq LIMIT 100');

let done = (db.prepare('SELECT seq FROM progress').get() || { seq: 0 }).seq;
let last = db.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC').get() ||
	{ seq: 0, hash: Buffer.alloc(32) };
let members = db.prepare('SELECT max(num) AS n FROM member').get().n || 0;

function apply(row) {
	const event = JSON.parse(row.body);
	const now = event.employee;
	const old = find.get(row.source, now.external_id);
	const changes = {};
	const m = old || { num: ++members, id: crypto.randomUUID() };
	for (const f of FIELDS) {
		const v = typeof now[f] === 'object' ? JSON.stringify(now[f])
			: now[f];
		if (m[f] !== v)
			changes[f] = { old: m[f] === undefined ? null : m[f], new: v };
		m[f] = v;
	}
	m.claims = JSON.stringify({ source: row.source,
		external_id: now.external_id, version: event.version,
		event: row.seq, fields: now });
	m.audit = ++last.seq;
	put.run(m);
	if (!old)
		bind.run(row.source, now.external_id, m.num);
	const at = Date.now() * 1000;
	const kind = old ? 'updated' : 'enrolled';
	const detail = JSON.stringify({ changes });
	last.hash = crypto.createHash('sha256').update(last.hash)
		.update(`${m.audit} ${at} ${kind} ${row.source} ${row.event_id} ` +
		`${row.seq} ${m.id} `).update(detail).digest();
	log.run(m.audit, at, kind, row.source, row.event_id, row.seq, m.id,
		detail, last.hash);
	owe.run('hr', m.audit, m.id, at);
}

const batch = db.transaction((rows) => {
	for (const row of rows)
		apply(row);
	progress.run(done);
});

const begun = process.hrtime.bigint();
let n = 0;
for (;;) {
	const rows = some.all(done);
	if (rows.length === 0)
		break;
	done = rows[rows.length - 1].seq;
	batch.immediate(rows);
	n += rows.length;
}
console.log(n / (Number(process.hrtime.bigint() - begun) / 1e9));
