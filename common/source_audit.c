/* loya.json: the name of the record's heads, and who witnesses them. */
#include "common/source.h"

#include <string.h>

#include "common/note.h"
#include "common/source_inner.h"

static void
witnesses(const struct node *n, struct arena *a, struct audit_names *out)
{
	struct note_key k;
	struct node list, item;
	size_t i;

	if (!conf_get(n, "witnesses", &list))
		return;
	conf_texts(n, "witnesses", a, &out->witness, &out->nwitness);
	for (i = 0; i < out->nwitness; i++) {
		if (conf_type(&list) == CONF_ARRAY)
			conf_item(&list, i, &item);
		else
			item = list;
		if (note_key_parse(&k, out->witness[i],
		    strlen(out->witness[i])) != 0 ||
		    k.kind != NOTE_COSIGNATURE)
			conf_bad(&item, "not the verifier key of a witness: "
			    "NAME+ID+BASE64, of type 4");
	}
}

void
audit_conf(const struct node *n, struct arena *a, struct audit_names *out)
{
	static const char *const known[] = { "origin", "witnesses", NULL };

	if (!conf_known(n, known))
		return;
	if (conf_string(n, "origin", a, &out->origin) &&
	    !note_name_ok(out->origin))
		conf_bad_at(n, "origin", "not a name of up to %d characters "
		    "without a space or +, like example.org/loya", NOTE_NAME);
	witnesses(n, a, out);
}
