#include "common/httpc_inner.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/crypt.h"
#include "common/httpc_lib.h"

struct httpc {
	CURL *easy;		/* NULL until the first call */
};

/* The functions by which libcurl frees memory, since requests and answers pass
 * through its own buffers.  Before the first request that is not ordinary there
 * is nothing in them to wipe, and wiping costs a tenth of a request. */
static atomic_int secret;

void
httpc_secret(void)
{
	atomic_store(&secret, 1);
}

static void
wipe_free(void *p)
{
	if (p != NULL && atomic_load_explicit(&secret, memory_order_relaxed))
		crypt_wipe(p, malloc_usable_size(p));
	free(p);
}

static void *
wipe_realloc(void *p, size_t n)
{
	size_t had = p != NULL ? malloc_usable_size(p) : 0;
	void *out = malloc(n);

	if (out == NULL)
		return NULL;
	if (p != NULL)
		memcpy(out, p, had < n ? had : n);
	wipe_free(p);
	return out;
}

static int
start(struct err *e)
{
	int rc;

	/* GnuTLS would write the keys of every connection to that file. */
	unsetenv("SSLKEYLOGFILE");
	if ((rc = httpc_lib_load(e)) != 0)
		return rc;
	if (curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_free,
	    wipe_realloc, strdup, calloc) != CURLE_OK)
		return err_set(e, E_BUG, "libcurl does not start");
	return 0;
}

int
httpc_load(struct err *e)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static int started;
	int rc = 0;

	pthread_mutex_lock(&lock);
	if (!started)
		rc = start(e);
	started |= rc == 0;
	pthread_mutex_unlock(&lock);
	return rc;
}

void
httpc_new(struct httpc **out)
{
	*out = xcalloc(1, sizeof **out);
}

void
httpc_free(struct httpc *c)
{
	if (c == NULL)
		return;
	if (c->easy != NULL)
		curl_easy_cleanup(c->easy);
	free(c);
}

int
httpc_call(struct httpc *c, const struct httpc_request *r,
    struct httpc_answer *a, struct err *e)
{
	struct httpc_running k = { .request = r, .answer = a };
	int rc;

	memset(a, 0, sizeof *a);
	if ((rc = httpc_load(e)) != 0)
		return rc;
	if (c->easy == NULL && (c->easy = curl_easy_init()) == NULL)
		abort();
	if ((rc = httpc_begin(c->easy, &k, NULL, e)) != 0)
		return rc;
	return httpc_end(c->easy, &k, NULL, (int)curl_easy_perform(c->easy),
	    e);
}
