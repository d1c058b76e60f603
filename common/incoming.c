#include "common/incoming.h"

#include <string.h>

#include "common/cloudevent.h"
#include "common/crypt.h"
#include "common/http.h"

int
incoming_event(const struct json *j, struct arena *a, struct row *r,
    const char **type, struct err *e)
{
	struct cloudevent c;
	int rc;

	if ((rc = cloudevent_judge(j, 0, a, &c, e)) != 0)
		return rc;
	r->source = c.text[CE_SOURCE];
	r->event_id = c.text[CE_ID];
	*type = c.text[CE_TYPE];
	if (strlen(r->source) > 64)
		return err_set(e, E_DATA, "attribute 'source' has more than "
		    "64 bytes");
	if (strlen(r->event_id) > 512)
		return err_set(e, E_DATA, "attribute 'id' has more than 512 "
		    "bytes");
	return 0;
}

static int
base64(const struct json *j, struct arena *a, uint32_t i, struct row *r,
    struct err *e)
{
	unsigned char *raw = NULL;
	const char *s;
	size_t n;
	long len = -1;

	if ((s = json_string(j, i, a, &n)) != NULL) {
		raw = arena_alloc(a, n + 1);
		len = crypt_unbase64(s, n, 0, raw, n + 1);
	}
	if (len < 0)
		return err_set(e, E_DATA, "data_base64 is not base64");
	r->body = (const char *)raw;
	r->len = (size_t)len;
	return 0;
}

int
incoming_body(const struct json *j, struct arena *a, struct row *r,
    struct err *e)
{
	uint32_t data = json_get(j, 0, "data");
	uint32_t raw = json_get(j, 0, "data_base64");
	const char *s;

	r->content_type = json_get_string(j, 0, "datacontenttype", a, NULL);
	if (r->content_type == NULL)
		r->content_type = "application/json";
	if (strlen(r->content_type) > INCOMING_TYPE)
		return err_set(e, E_DATA, "attribute 'datacontenttype' has "
		    "more than %d bytes", INCOMING_TYPE);
	r->head = json_get_string(j, 0, "loyahead", a, NULL);
	if ((data == JSON_NONE) == (raw == JSON_NONE))
		return err_set(e, E_DATA, "one of data and data_base64 is "
		    "wanted");
	if (raw != JSON_NONE)
		return base64(j, a, raw, r, e);
	if (json_type(j, data) == JSON_STRING &&
	    !http_is_json(r->content_type)) {
		r->body = json_string(j, data, a, &r->len);
		return 0;
	}
	s = json_source(j, data, &r->len);
	r->body = arena_dup(a, s, r->len);
	return 0;
}
