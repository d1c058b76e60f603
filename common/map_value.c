/* Reading values from the configuration: places, conversions, lists of
 * values. */
#include "common/map_inner.h"

#include <string.h>

#include "common/conf.h"
#include "common/map_date.h"
#include "common/zone.h"

static const char *const as_words[] = { "lower", "upper", "trim", "date",
    "datetime", "e164", "join", "set", "string", "number", "bool",
    "epoch_ms", "epoch_s", "salesforce-id", "absolute", "day-after", NULL };

static const char *const invalid_words[] =
    { "refuse", "omit", "null", NULL };

static const char *const empty_words[] = { "keep", "null", NULL };

/* A pointer in the notation of lists of changed fields; NULL if no such list
 * can name it, because they are about the base and what is in it. */
static const char *
dotted(const char *place, struct arena *a)
{
	char *out, *o;

	if (*place == '^')
		place++;
	if (*place != '/')
		return NULL;
	out = o = arena_alloc(a, strlen(place));
	for (place++; *place != '\0'; place++) {
		if (*place == '/') {
			*o++ = '.';
		} else if (*place == '~' && place[1] != '\0') {
			place++;
			*o++ = *place == '1' ? '/' : '~';
		} else {
			*o++ = *place;
		}
	}
	*o = '\0';
	return out;
}

static void
places(struct way *w, struct arena *a)
{
	size_t i;

	w->shown = w->nplace > 0 ? w->place[0] : "";
	w->dotted = arena_alloc(a, (w->nplace + 1) * sizeof *w->dotted);
	for (i = 0; i < w->nplace; i++)
		w->dotted[i] = dotted(w->place[i], a);
}

static int
has_as(const struct way *w, enum as as)
{
	size_t i;

	for (i = 0; i < w->nas; i++)
		if (w->as[i] == as)
			return 1;
	return 0;
}

static void
as_list(const struct node *n, struct arena *a, struct way *w)
{
	const char **name;
	size_t i, k, count;

	if (!conf_texts(n, "as", a, &name, &count))
		return;
	w->as = arena_alloc(a, (count + 1) * sizeof *w->as);
	for (i = 0; i < count; i++) {
		for (k = 0; as_words[k] != NULL; k++)
			if (strcmp(as_words[k], name[i]) == 0)
				break;
		if (as_words[k] == NULL) {
			conf_bad_at(n, "as", "there is no conversion '%s'",
			    name[i]);
			return;
		}
		if (k == AS_DAY_AFTER && !has_as(w, AS_DATE))
			conf_bad_at(n, "as", "'date' must come before "
			    "'day-after'");
		w->as[w->nas++] = (enum as)k;
		if (k != AS_JOIN && k != AS_SET)
			continue;
		w->collects = 1;
		if (i > 0)
			conf_bad_at(n, "as", "'%s' must come first", name[i]);
	}
	if (w->nas > 1 && w->as[0] == AS_SET)
		conf_bad_at(n, "as", "nothing may follow 'set'");
}

/* A value of the list: text, number, true, false or null. */
static void
word(const struct node *n, struct arena *a, struct word *w)
{
	if (conf_type(n) == CONF_ARRAY || conf_type(n) == CONF_OBJECT)
		conf_bad(n, "not a single value");
	w->text = n->key;
	w->json = conf_json(n, a);
	w->len = strlen(w->json);
}

static void
words(const struct node *n, struct arena *a, struct way *w)
{
	struct node list, item;
	struct word *at;
	size_t i;

	if (!conf_get(n, "values", &list))
		return;
	if (conf_type(&list) != CONF_OBJECT || conf_count(&list) == 0) {
		conf_bad(&list, "not an object of values");
		return;
	}
	w->word = arena_alloc(a, conf_count(&list) * sizeof *w->word);
	for (i = 0; i < conf_count(&list); i++) {
		conf_item(&list, i, &item);
		if (strcmp(item.key, "*") == 0)
			at = w->rest = arena_alloc(a, sizeof *w->rest);
		else
			at = &w->word[w->nword++];
		word(&item, a, at);
		at->text = arena_str(a, item.key);
	}
}

static void
date_knobs(const struct node *n, struct arena *a, struct way *w)
{
	const char *zone, *fault, *why;

	if (conf_string(n, "format", a, &w->format)) {
		if (!has_as(w, AS_DATE) && !has_as(w, AS_DATETIME))
			conf_bad_at(n, "format", "only with date and datetime");
		else if ((fault = map_date_format_fault(w->format)) != NULL)
			conf_bad_at(n, "format", "%s", fault);
	}
	if (conf_string(n, "write", a, &w->write) &&
	    (fault = map_date_write_fault(w->write)) != NULL)
		conf_bad_at(n, "write", "%s", fault);
	if (conf_string(n, "zone", a, &zone) &&
	    zone_get(zone, a, &w->zone, &why) != 0)
		conf_bad_at(n, "zone", "%s", why);
}

static int
is_calling_code(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= 3 && strspn(s, "0123456789") == n && s[0] != '0';
}

/* The knobs of conversions, each only beside the one that reads it. */
static void
knobs(const struct node *n, struct arena *a, struct way *w)
{
	int word_no;

	date_knobs(n, a, w);
	if (conf_string(n, "separator", a, &w->separator) &&
	    (!w->collects || *w->separator == '\0'))
		conf_bad_at(n, "separator", "only with join and set, and not "
		    "empty");
	if (conf_string(n, "country", a, &w->country) &&
	    !is_calling_code(w->country))
		conf_bad_at(n, "country", "not a country's calling code in "
		    "digits");
	if (conf_word(n, "empty", empty_words, &word_no))
		w->empty_null = word_no;
	if (conf_word(n, "invalid", invalid_words, &word_no))
		w->invalid = (enum invalid)word_no;
}

static void
object(const struct node *n, struct arena *a, struct value *v, struct way *w)
{
	static const char *const keys[] = { "from", "as", "values", "default",
	    "format", "separator", "zone", "empty", "country", "invalid",
	    "required", "write", NULL };
	struct node child;
	const char *fault;
	size_t i;
	int required = 0;

	if (!conf_known(n, keys))
		return;
	if (!conf_texts(n, "from", a, &w->place, &w->nplace)) {
		conf_bad(n, "there is no 'from'");
		return;
	}
	for (i = 0; i < w->nplace; i++)
		if ((fault = place_fault(w->place[i])) != NULL) {
			conf_bad_at(n, "from", "'%s': %s", w->place[i], fault);
			return;
		}
	as_list(n, a, w);
	words(n, a, w);
	knobs(n, a, w);
	if (conf_get(n, "default", &child))
		w->fallback = conf_json(&child, a);
	conf_bool(n, "required", &required);
	v->required |= required;
}

static void
way(const struct node *n, const struct map_settings *set, struct arena *a,
    struct value *v, struct way *w)
{
	memset(w, 0, sizeof *w);
	w->zone = set->zone;
	w->empty_null = set->empty_null;
	w->country = set->country;
	if (conf_type(n) == CONF_OBJECT) {
		object(n, a, v, w);
	} else {
		w->place = arena_alloc(a, sizeof *w->place);
		w->place[0] = map_place_conf(n, a);
		w->nplace = 1;
	}
	places(w, a);
}

void
map_value_conf(const struct node *n, const struct map_settings *set,
    struct arena *a, struct value *v)
{
	struct node item;
	size_t i, count;
	int texts = 1;

	memset(v, 0, sizeof *v);
	if (conf_type(n) != CONF_ARRAY) {
		v->way = arena_alloc(a, sizeof *v->way);
		way(n, set, a, v, v->way);
		v->nway = 1;
		return;
	}
	if ((count = conf_count(n)) == 0) {
		conf_bad(n, "an empty list");
		return;
	}
	/* A list of places is one way with several places: the first that is
	 * there and not null counts.  Ways are tried in order even after a
	 * null, because a null says something. */
	v->way = arena_alloc(a, count * sizeof *v->way);
	for (i = 0; i < count; i++) {
		conf_item(n, i, &item);
		if (conf_type(&item) != CONF_STRING)
			texts = 0;
		way(&item, set, a, v, &v->way[i]);
	}
	v->nway = count;
	if (!texts)
		return;
	v->way[0].place = arena_alloc(a, count * sizeof *v->way[0].place);
	for (i = 0; i < count; i++) {
		conf_item(n, i, &item);
		v->way[0].place[i] = map_place_conf(&item, a);
	}
	v->way[0].nplace = count;
	places(&v->way[0], a);
	v->nway = 1;
}
