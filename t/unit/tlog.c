/* Checkpoints and proofs, and which must be refused. */
#include "common/tlog.h"

#include "common/status.h"
#include "t/unit/tap.h"

#define ROOT "nUMRnnXH/Df0+uagMz4yK8caGc3DX7qA9Mxh3tTlFZk="
#define HEAD "example.org/loya\n5\n" ROOT "\n\n\xe2\x80\x94 a b\n"
#define MAGIC "c2sp.org/tlog-proof@v1\n"

static int
head(const char *s)
{
	struct tlog_head h;

	return tlog_head_read(&h, s, strlen(s));
}

static int
proof(const char *s)
{
	static struct tlog_proof p;

	return tlog_proof_read(&p, s, strlen(s));
}

static int
growth(const char *s)
{
	static struct tlog_growth g;

	return tlog_growth_read(&g, s, strlen(s));
}

static void
test_heads(void)
{
	struct tlog_head h;
	struct buf b = { 0 };

	is_int(tlog_head_read(&h, "o\n5\n" ROOT "\n", 49), 0, "a head");
	is_int(h.size, 5, "its size");
	is_int(h.len, 1, "its origin");
	tlog_head_write(&b, "o", h.size, h.root);
	is_str(buf_str(&b), "o\n5\n" ROOT "\n", "and back");
	buf_release(&b);
	is_int(head("o\n5\n" ROOT "\nmore\n"), 0, "further lines are passed");
	is_int(head("o\n5\n" ROOT "\n\n"), E_DATA, "an empty one is not");
	is_int(head("o\n5\n" ROOT), E_DATA, "no line feed");
	is_int(head("\n5\n" ROOT "\n"), E_DATA, "no origin");
	is_int(head("o\n05\n" ROOT "\n"), E_DATA, "a leading zero");
	is_int(head("o\n-5\n" ROOT "\n"), E_DATA, "a sign");
	is_int(head("o\n\n" ROOT "\n"), E_DATA, "no size");
	is_int(head("o\n0\n" ROOT "\n"), 0, "nothing signed is a head too");
	is_int(head("o\n9223372036854775807\n" ROOT "\n"), 0, "the most");
	is_int(head("o\n9223372036854775808\n" ROOT "\n"), E_DATA,
	    "more than the most");
	is_int(head("o\n5\nnUMRnnXH\n"), E_DATA, "a short root");
	is_int(head("o\n5\n"), E_DATA, "no root");
	is_int(head(""), E_DATA, "nothing");
}

static void
test_proofs(void)
{
	static struct tlog_proof p;
	static struct merkle_proof path;
	struct buf b = { 0 };

	path.n = 2;
	tlog_proof_write(&b, 7, "[8]", 3, &path, HEAD, strlen(HEAD));
	is_int(tlog_proof_read(&p, b.p, b.len), 0, "a proof, and back");
	is_int(p.index, 7, "its index");
	is_int(p.path.n, 2, "its hashes");
	is_int(p.nextra, 4, "its extra");
	ok(p.nhead == strlen(HEAD) && memcmp(p.head, HEAD, p.nhead) == 0,
	    "its head");
	is_int(tlog_kind(b.p, b.len), TLOG_PROOF, "is distinguished");
	is_int(proof(MAGIC "index 0\n\n" HEAD), 0, "without extra and hashes");
	is_int(proof(MAGIC "index 0\n" HEAD), E_DATA, "no empty line");
	is_int(proof(MAGIC "index 00\n\n" HEAD), E_DATA, "a leading zero");
	is_int(proof(MAGIC "index x\n\n" HEAD), E_DATA, "no number");
	is_int(proof(MAGIC "\n\n" HEAD), E_DATA, "no index");
	is_int(proof(MAGIC "index 0\n\n"), E_DATA, "no head");
	is_int(proof(MAGIC "index 0\nx\n\n" HEAD), E_DATA, "no hash");
	is_int(proof("c2sp.org/tlog-proof@v2\nindex 0\n\n" HEAD), E_DATA,
	    "another version");
	buf_clear(&b);
	buf_adds(&b, MAGIC "index 0\n");
	for (path.n = 0; path.n <= MERKLE_PROOF; path.n++)
		buf_adds(&b, ROOT "\n");
	buf_adds(&b, "\n" HEAD);
	is_int(proof(buf_str(&b)), E_DATA, "64 hashes are too many");
	buf_release(&b);
}

static void
test_growth(void)
{
	static struct tlog_growth g;
	static struct merkle_proof path;
	struct buf b = { 0 };

	path.n = 1;
	tlog_growth_write(&b, 4, &path, HEAD, strlen(HEAD));
	is_int(tlog_growth_read(&g, b.p, b.len), 0, "a growth, and back");
	is_int(g.old, 4, "from what");
	is_int(g.path.n, 1, "its hashes");
	is_int(tlog_kind(b.p, b.len), TLOG_GROWTH, "is distinguished");
	is_int(growth("old 0\n\n" HEAD), 0, "from nothing");
	is_int(growth("old 01\n\n" HEAD), E_DATA, "a leading zero");
	is_int(growth("new 1\n\n" HEAD), E_DATA, "another word");
	is_int(growth("old\n\n" HEAD), E_DATA, "no number");
	is_int(growth("old 1\n"), E_DATA, "no more");
	is_int(tlog_kind(HEAD, strlen(HEAD)), TLOG_HEAD, "a head is one");
	is_int(tlog_kind("old 5\n5\n" ROOT "\n\n", 53), TLOG_HEAD,
	    "also with an origin like that");
	buf_release(&b);
}

int
main(void)
{
	test_heads();
	test_proofs();
	test_growth();
	return done_testing();
}
