/*
 * The parts of proofs, as untrusted input: notes, keys, heads, proofs and
 * consistency proofs.  What is accepted and written again reads the same.
 */
#include "t/fuzz/fuzz.h"

#include "common/buf.h"
#include "common/crypt.h"
#include "common/note.h"
#include "common/prover_inner.h"
#include "common/tlog.h"

static void
keys(const char *p, size_t n, const struct note *note)
{
	struct note_keys all = { 0 };
	struct note_key one, again;
	char text[NOTE_VKEY];
	const struct note_sig *sig;
	int64_t at;
	int line;
	size_t i;

	if (note_key_parse(&one, p, n) == 0) {
		note_key_text(&one, text);
		if (note_key_parse(&again, text, strlen(text)) != 0 ||
		    memcmp(again.pk, one.pk, sizeof one.pk) != 0)
			fuzz_wrong("a key is not itself");
	}
	note_keys_parse(&all, p, n, &line);
	for (i = 0; note != NULL && i < all.n; i++)
		note_verify(note, &all.key[i], &at, &sig);
	note_keys_release(&all);
}

static void
head(const char *p, size_t n)
{
	struct tlog_head h, again;
	struct buf b = { 0 };
	char origin[NOTE_NAME + 1];

	if (tlog_head_read(&h, p, n) != 0 || h.len > NOTE_NAME)
		return;
	memcpy(origin, h.origin, h.len);
	origin[h.len] = '\0';
	tlog_head_write(&b, origin, h.size, h.root);
	if (tlog_head_read(&again, b.p, b.len) != 0 || again.size != h.size ||
	    memcmp(again.root, h.root, sizeof h.root) != 0)
		fuzz_wrong("a head is not itself");
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct note note;
	struct tlog_proof proof;
	struct tlog_growth growth;
	struct opening opening = { 0 };
	const char *p = (const char *)data;
	int rc;

	crypt_init();
	rc = note_parse(&note, p, n);
	if (rc == 0) {
		head(note.text, note.len);
		if (note.text < p || note.text + note.len > p + n)
			fuzz_wrong("the text of a note is not in it");
	}
	keys(p, n, rc == 0 ? &note : NULL);
	note_parse_signatures(&note, p, n);
	if (n > 0)
		tlog_kind(p, n);
	if (tlog_proof_read(&proof, p, n) == 0 && proof.nhead > n)
		fuzz_wrong("a proof has more than there is");
	if (tlog_growth_read(&growth, p, n) == 0 && growth.nhead > n)
		fuzz_wrong("a growth has more than there is");
	if (prover_opening_read(&opening, p, n) == 0 && opening.len > n)
		fuzz_wrong("a detail is longer than all there is");
	prover_opening_release(&opening);
	return 0;
}
