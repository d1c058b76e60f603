#include "common/owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/change.h"
#include "common/jsonw.h"
#include "common/map.h"
#include "common/names.h"

/* Print who decides a field, as one line. */
static void
print_owner(const struct config *c, const char *field)
{
	struct buf b = { NULL, 0, 0 };
	const char *const *s = config_authority(c, field);
	struct jsonw w;

	jsonw_init(&w, &b);
	jsonw_object(&w);
	jsonw_kstring(&w, "field", field);
	jsonw_kstring_null(&w, "owner", s[0]);
	jsonw_key(&w, "authority");
	jsonw_array(&w);
	for (; *s != NULL; s++)
		jsonw_string(&w, *s);
	jsonw_close(&w, ']');
	jsonw_close(&w, '}');
	jsonw_line(&w);
	fwrite(b.p, 1, b.len, stdout);
	buf_release(&b);
}

/* Print who decides each attribute that a source maps or a rule names. */
static void
print_attributes(const struct config *c)
{
	const char **all = NULL, *rule;
	const char *const *f;
	size_t n = 0, i;

	for (i = 0; i < c->nsource; i++) {
		if (c->source[i].map == NULL)
			continue;
		for (f = map_fields(c->source[i].map); *f != NULL; f++) {
			if (core_field_find(*f, strlen(*f)) != F_CORE)
				continue;
			all = xrealloc(all, n + 1, sizeof *all);
			all[n++] = *f;
		}
	}
	for (i = 0; (rule = config_rule(c, i)) != NULL; i++) {
		all = xrealloc(all, n + 1, sizeof *all);
		all[n++] = rule;
	}
	n = names_unique(all, n);
	for (i = 0; i < n; i++)
		print_owner(c, all[i]);
	free(all);
}

void
owners_print(const struct config *c)
{
	int f;

	for (f = 0; f < F_CORE; f++)
		print_owner(c, core_field_name((enum core_field)f));
	print_attributes(c);
	print_owner(c, "*");
}
