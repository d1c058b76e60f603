// receive.js FILE SECRET: a receiver as one would write it in Node with
// better-sqlite3, with a group commit of its own: what came together in one
// turn of the event loop shares a transaction, and is answered after it.
'use strict';
const crypto = require('crypto');
const http = require('http');
const Database = require('better-sqlite3');

const [file, secret] = process.argv.slice(2);
const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
const db = new Database(file);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`CREATE TABLE inbox (seq INTEGER PRIMARY KEY, source TEXT NOT NULL,
	event_id TEXT NOT NULL, received_at INTEGER NOT NULL, body BLOB,
	UNIQUE (source, event_id))`);
const insert = db.prepare('INSERT INTO inbox(source, event_id, received_at, ' +
	'body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
let waiting = [];

function authentic(req, body) {
	const id = req.headers['webhook-id'];
	const at = req.headers['webhook-timestamp'];
	const mac = crypto.createHmac('sha256', key);
	mac.update(`${id}.${at}.`).update(body);
	const want = mac.digest();
	return String(req.headers['webhook-signature']).split(' ').some((s) => {
		const got = Buffer.from(s.slice(3), 'base64');
		return s.startsWith('v1,') && got.length === want.length &&
			crypto.timingSafeEqual(got, want);
	});
}

const store = db.transaction((list) => {
	for (const w of list)
		insert.run('hr', w.id, Date.now() * 1000, w.body);
});

function commit() {
	const list = waiting;
	waiting = [];
	store(list);
	for (const w of list) {
		w.res.writeHead(202);
		w.res.end();
	}
}

http.createServer((req, res) => {
	const parts = [];
	req.on('data', (part) => parts.push(part));
	req.on('end', () => {
		const body = Buffer.concat(parts);
		let ok = false;
		if (authentic(req, body)) {
			try {
				JSON.parse(body);
				ok = true;
			} catch (e) {
				ok = false;
			}
		}
		if (!ok) {
			res.writeHead(401);
			res.end();
			return;
		}
		if (waiting.length === 0)
			setImmediate(commit);
		waiting.push({ id: req.headers['webhook-id'], body, res });
	});
}).listen(0, '127.0.0.1', function () {
	console.error(`node: listening on 127.0.0.1:${this.address().port}`);
});
