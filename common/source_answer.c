/* push.rest: what answers mean. */
#include "common/source_inner.h"

#include "common/json.h"
#include "common/rest.h"

static void
codes(const struct node *n, const char *key, struct arena *a,
    struct rest_codes *c)
{
	conf_texts(n, key, a, &c->code, &c->n);
}

void
rest_answer_conf(const struct node *n, struct arena *a, struct rest_answer *w)
{
	static const char *const known[] = { "results", "index", "ok", "error",
	    "fault", "message", "final", "done", "transient", "token", "quota",
	    "quota_rest", NULL };

	w->quota_rest = REST_QUOTA_REST;
	if (!conf_known(n, known))
		return;
	if (conf_string(n, "results", a, &w->results) &&
	    !json_pointer_ok(w->results))
		conf_bad_at(n, "results", "not a JSON Pointer");
	w->index = map_value_alone(n, "index", a);
	w->ok = map_cond_alone(n, "ok", a);
	w->error = map_value_alone(n, "error", a);
	w->fault = map_value_alone(n, "fault", a);
	w->message = map_value_alone(n, "message", a);
	w->final = map_cond_alone(n, "final", a);
	codes(n, "done", a, &w->done);
	codes(n, "transient", a, &w->transient);
	codes(n, "token", a, &w->token);
	codes(n, "quota", a, &w->quota);
	conf_int(n, "quota_rest", 1, 86400, &w->quota_rest);
	if (w->results != NULL && w->ok == NULL)
		conf_bad(n, "'results' needs 'ok'");
	if (w->index != NULL && w->results == NULL)
		conf_bad_at(n, "index", "it needs 'results'");
}
