/*
 * Signed notes of C2SP signed-note: a text, an empty line, and signature lines.
 * Two kinds are understood: Ed25519 over the text, and the cosignature of a
 * witness (C2SP tlog-cosignature, v1), which has a time.  Others are skipped,
 * as the standard requires.
 *
 * A key is identified by its name and four bytes of a hash; its text form
 * (vkey) is NAME+ID+BASE64.
 */
#ifndef COMMON_NOTE_H
#define COMMON_NOTE_H

#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"

enum { NOTE_NAME = 200, NOTE_VKEY = NOTE_NAME + 80, NOTE_MAX = 1024 * 1024,
    NOTE_SIGS = 64 };

enum note_kind { NOTE_ED25519 = 1, NOTE_COSIGNATURE = 4 };

struct note_key {
	char name[NOTE_NAME + 1];
	int kind;		/* enum note_kind, or a type unknown to us */
	unsigned char id[4];
	unsigned char pk[32];
};

struct note_sig {
	const char *line;	/* whole, with its line feed */
	size_t len;
	const char *name;	/* inside line */
	size_t namelen;
	unsigned char id[4];
	unsigned char bytes[72];	/* of the two kinds */
	size_t n;		/* 0: another kind */
};

struct note {
	const char *text;	/* with its last line feed */
	size_t len;
	struct note_sig sig[NOTE_SIGS];
	size_t nsig;
};

/* At most NOTE_NAME printable ASCII characters, no blank and no +. */
int note_name_ok(const char *);

/* Make a key from its parts, including id; read one from its text form: 0 or
 * E_DATA, also for a key of another type. */
void note_key_make(struct note_key *, const char *name, enum note_kind,
    const unsigned char pk[32]);
int note_key_parse(struct note_key *, const char *, size_t);
void note_key_text(const struct note_key *, char out[NOTE_VKEY]);

/* A list of keys; zero-initialise, release. */
struct note_keys {
	struct note_key *key;
	size_t n;
};

/* The key is copied. */
void note_keys_add(struct note_keys *, const struct note_key *);
void note_keys_release(struct note_keys *);

/* Parse a file of keys: one per line, # begins a comment.  0, or E_DATA and
 * *line. */
int note_keys_parse(struct note_keys *, const char *, size_t, int *line);

/* Parse a note; everything points into p.  E_DATA. */
int note_parse(struct note *, const char *p, size_t n);

/* The same for signature lines alone; n->text is left as it is. */
int note_parse_signatures(struct note *, const char *p, size_t n);

/*
 * What the note has of this key: 1 a good signature, 0 none, E_NO a bad one,
 * which makes the note worthless.  *at (or NULL) is the time of the newest
 * cosignature, in seconds; *line (or NULL) its line.
 */
int note_verify(const struct note *, const struct note_key *, int64_t *at,
    const struct note_sig **line);

/* Append a line with the signature of text; sk as in crypt.h. */
void note_sign(struct buf *, const char *text, size_t len,
    const struct note_key *, const unsigned char sk[64]);

#endif
