#include "common/ocsf.h"

#include <string.h>

enum { CLASS_BASE = 0, CLASS_ENTITY = 3004, CATEGORY_IAM = 3, OTHER = 99 };

static const struct activity {
	const char *kind, *name;
	int id;
} activities[] = {
	{ "member.enrolled", "Create", 1 },
	{ "member.updated", "Update", 3 },
	{ "member.closed", "Disable", 9 },
	{ "member.suspended", "Suspend", 12 },
	{ "member.reactivated", "Resume", 13 },
	{ "member.erased", "Delete", 4 },
	{ "points.posted", "Update", 3 },
};

static const struct activity *
activity(const struct ocsf_event *e)
{
	size_t i;

	for (i = 0; i < sizeof activities / sizeof activities[0]; i++)
		if (strcmp(activities[i].kind, e->kind) == 0)
			return &activities[i];
	return NULL;
}

static void
classify(struct jsonw *w, const struct ocsf_event *e)
{
	const struct activity *a = e->member != NULL ? activity(e) : NULL;
	int class = e->member != NULL && strncmp(e->kind, "event.", 6) != 0 ?
	    CLASS_ENTITY : CLASS_BASE;
	int id = a != NULL ? a->id : OTHER;

	jsonw_kint(w, "class_uid", class);
	jsonw_kstring(w, "class_name", class == CLASS_ENTITY ?
	    "Entity Management" : "Base Event");
	jsonw_kint(w, "category_uid", class == CLASS_ENTITY ? CATEGORY_IAM : 0);
	jsonw_kstring(w, "category_name", class == CLASS_ENTITY ?
	    "Identity & Access Management" : "Uncategorized");
	jsonw_kint(w, "activity_id", id);
	/* The value Other requires the source's own word. */
	jsonw_kstring(w, "activity_name", a != NULL ? a->name : e->kind);
	jsonw_kint(w, "type_uid", class * 100 + id);
}

static void
metadata(struct jsonw *w, const struct ocsf_event *e)
{
	char uid[24];
	char *p = uid + sizeof uid;
	int64_t v = e->seq;

	*--p = '\0';
	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	jsonw_key(w, "metadata");
	jsonw_object(w);
	jsonw_kstring(w, "version", "1.9.0-dev");
	jsonw_key(w, "product");
	jsonw_object(w);
	jsonw_kstring(w, "name", "loya");
	jsonw_kstring(w, "vendor_name", "loya");
	jsonw_kstring(w, "version", LOYA_VERSION);
	jsonw_close(w, '}');
	jsonw_kstring(w, "log_name", "audit");
	jsonw_kstring(w, "event_code", e->kind);
	jsonw_kstring(w, "uid", p);
	jsonw_kint(w, "sequence", e->seq);
	jsonw_close(w, '}');
}

static void
people(struct jsonw *w, const struct ocsf_event *e)
{
	jsonw_key(w, "actor");
	jsonw_object(w);
	jsonw_key(w, "user");
	jsonw_object(w);
	jsonw_kstring(w, "name", e->actor);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
	if (e->member == NULL)
		return;
	jsonw_key(w, "entity");
	jsonw_object(w);
	jsonw_kstring(w, "uid", e->member);
	jsonw_kstring(w, "type", "member");
	jsonw_close(w, '}');
}

static void
unmapped(struct jsonw *w, const struct ocsf_event *e)
{
	jsonw_key(w, "unmapped");
	jsonw_object(w);
	jsonw_kstring(w, "source", e->source);
	jsonw_kstring(w, "event_id", e->event_id);
	if (e->inbox != 0)
		jsonw_kint(w, "inbox", e->inbox);
	jsonw_key(w, "detail");
	if (e->detail != NULL)
		jsonw_raw(w, e->detail, e->detail_len);
	else
		jsonw_null(w);
	jsonw_close(w, '}');
}

void
ocsf_write(struct jsonw *w, const struct ocsf_event *e)
{
	jsonw_object(w);
	classify(w, e);
	jsonw_kint(w, "time", e->at / 1000);
	jsonw_kint(w, "severity_id", e->failed ? 3 : 1);
	jsonw_kstring(w, "severity", e->failed ? "Medium" : "Informational");
	jsonw_kint(w, "status_id", e->failed ? 2 : 1);
	jsonw_kstring(w, "status", e->failed ? "Failure" : "Success");
	jsonw_kstring(w, "status_detail", e->why);
	jsonw_key(w, "message");
	jsonw_stringn(w, e->message, e->message_len);
	metadata(w, e);
	people(w, e);
	unmapped(w, e);
	jsonw_close(w, '}');
}
