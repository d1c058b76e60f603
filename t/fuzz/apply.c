/*
 * Lines on loya-apply's standard input, through the whole engine, in a
 * transaction that is rolled back.  Each line is refused, or becomes lines that
 * our reader accepts; nothing fails unexpectedly, and the ledger adds up.
 */
#include "t/fuzz/fuzz.h"

#include <sys/stat.h>

#include "common/apply.h"
#include "common/crypt.h"
#include "common/die.h"
#include "common/json.h"

static struct store *store;
static struct config *config;

static void
must(int rc, const struct err *e)
{
	if (rc != 0)
		fuzz_wrong(e->msg);
}

static void
stop(void)
{
	store_close(store);
	config_free(config);
}

static void
start(void)
{
	static const char *const file[][2] = {
		{ "loya.json", "{\"authority\":{\"*\":[\"hr\",\"crm\","
		    "\"local\"],\"email\":[\"crm\",\"hr\"]}}" },
		{ "sources/hr.json", "{\"profile\":\"plain\"}" },
		{ "sources/crm.json", "{\"profile\":\"salesforce\","
		    "\"receive\":{\"auth\":{\"kind\":\"none\"}},\"match\":"
		    "[[\"email\"],[\"family_name\",\"birthdate\"]]}" },
		{ "sources/dbx.json", "{\"profile\":\"darwinbox\"}" }
	};
	char path[64];
	struct err e;
	size_t i;

	setenv("LOYA_NOW", "2026-11-23T10:00:00Z", 1);
	die_init("fuzz");
	crypt_init();
	snprintf(path, sizeof path, "%s/sources", fuzz_dir());
	mkdir(path, 0700);
	for (i = 0; i < sizeof file / sizeof file[0]; i++)
		fuzz_file(file[i][0], file[i][1], strlen(file[i][1]));
	snprintf(path, sizeof path, "%s/loya.db", fuzz_dir());
	must(config_load(&config, fuzz_dir(), &e), &e);
	must(store_open(&store, path, ROLE_APPLY, STORE_CREATE, &e), &e);
	atexit(stop);
}

static void
judge(const struct buf *out)
{
	struct json j = { 0 };
	const char *p = out->p, *end;
	size_t left = out->len;
	uint32_t at;

	for (; left > 0; left -= (size_t)(end + 1 - p), p = end + 1) {
		end = memchr(p, '\n', left);
		if (end == NULL || json_parse(&j, p, (size_t)(end - p)) != 0)
			fuzz_wrong("a line of ours is no JSON");
		if (json_pointer(&j, 0, "/data/why", &at) &&
		    json_is(&j, at, "failed"))
			fuzz_wrong(p);
	}
	json_release(&j);
}

/* The sum of each member's entries is the member's points. */
static void
books(void)
{
	static const char sql[] = "SELECT count(*) FROM member m WHERE points "
	    "<> (SELECT coalesce(sum(points), 0) FROM ledger "
	    "WHERE member = m.id)";
	struct err e;
	int64_t wrong;

	must(db_number(store_db(store, STORE_MAIN), sql, &wrong, &e), &e);
	if (wrong != 0)
		fuzz_wrong("the ledger is not balanced");
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct apply *ap;
	struct err e;
	const uint8_t *end;
	size_t len;
	int rc, did, lines = 0;

	if (store == NULL)
		start();
	ap = apply_new(store, config, 1);
	for (; n > 0 && lines < 16; lines++) {
		end = memchr(p, '\n', n);
		len = end != NULL ? (size_t)(end - p) : n;
		rc = apply_line(ap, (const char *)p, len, &e);
		if (rc != 0 && rc != E_DATA)
			fuzz_wrong(e.msg);
		len += end != NULL;
		p += len;
		n -= len;
	}
	do {
		must(apply_step(ap, &did, &e), &e);
	} while (did > 0);
	books();
	judge(apply_output(ap));
	apply_free(ap);
	return 0;
}
