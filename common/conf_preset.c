/* Presets: words in a source file that stand for part of it. */
#include "common/conf.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/conf_inner.h"
#include "common/data.h"

/* The tree of a compiled-in text; it is valid, or the unit tests find
 * the bug. */
static json_t *
compiled(const char *name)
{
	const char *text;

	text = data_get(name);
	return text == NULL ? NULL : json_loads(text, 0, NULL);
}

/* Put the preset that auth names under it.  Settings that its sender needs
 * beside a signature are in the preset as "receive", and are put under that. */
static void
with_preset(json_t *receive, json_t *auth)
{
	json_t *all, *preset, *beside;
	const char *name;

	name = json_string_value(json_object_get(auth, "preset"));
	if (name == NULL)
		return;
	all = compiled("profiles/_auth.json");
	preset = json_object_get(all, name);
	if (preset != NULL) {
		beside = json_object_get(preset, "receive");
		if (beside != NULL)
			json_object_update_missing(receive, beside);
		json_object_del(preset, "receive");
		json_object_set_new(receive, "auth", conf_merge(preset, auth));
	}
	json_decref(all);
}

/* Expand receive.auth; under is the profile's tree. */
static void
auth_layers(json_t *tree, json_t *under)
{
	json_t *receive, *auth;

	receive = json_object_get(tree, "receive");
	auth = json_object_get(receive, "auth");
	if (!json_is_object(auth))
		return;
	if (under != NULL && (json_object_get(auth, "kind") != NULL ||
	    json_object_get(auth, "preset") != NULL))
		json_object_del(json_object_get(under, "receive"), "auth");
	with_preset(receive, auth);
}

/* One of the presets, over "*", which is common to all; a new reference, or
 * NULL. */
static json_t *
preset_of(json_t *presets, const char *name)
{
	json_t *one;

	if (name == NULL || strcmp(name, "*") == 0 ||
	    (one = json_object_get(presets, name)) == NULL)
		return NULL;
	return conf_merge(json_object_get(presets, "*"), one);
}

/*
 * push.preset and pull.preset: the entry of the profile's presets with that
 * name becomes the profile's section.  Without one, a profile with presets has
 * no such section, because it cannot know which is wanted.
 */
static void
section_layers(json_t *under, json_t *tree, const char *section)
{
	json_t *own, *presets, *preset;

	presets = json_object_get(json_object_get(under, section), "presets");
	if (presets == NULL)
		return;
	own = json_object_get(tree, section);
	preset = preset_of(presets,
	    json_string_value(json_object_get(own, "preset")));
	json_object_del(under, section);
	if (preset == NULL)
		return;
	json_object_set_new(under, section, preset);
	json_object_del(own, "preset");
}

const char *
conf_preset_names(const char *profile, const char *section, struct arena *a)
{
	json_t *under, *presets, *value;
	struct buf b = { NULL, 0, 0 };
	const char *name, *out = NULL;
	char path[96];

	if (profile == NULL)
		return NULL;
	snprintf(path, sizeof path, "profiles/%.64s.json", profile);
	under = compiled(path);
	presets = json_object_get(json_object_get(under, section), "presets");
	json_object_foreach(presets, name, value) {
		if (strcmp(name, "*") == 0)
			continue;
		buf_adds(&b, b.len > 0 ? ", " : "");
		buf_adds(&b, name);
	}
	if (b.len > 0)
		out = arena_dup(a, b.p, b.len);
	buf_release(&b);
	json_decref(under);
	return out;
}

void
conf_no_preset(const struct node *n, const char *profile,
    const char *section, struct arena *a)
{
	const char *names = conf_preset_names(profile, section, a);

	conf_bad(n, "the profile has no such preset%s%s",
	    names != NULL ? ", but " : "", names != NULL ? names : "");
}

void
conf_presets(void *under, void *tree)
{
	auth_layers(tree, under);
	if (under != NULL) {
		section_layers(under, tree, "push");
		section_layers(under, tree, "pull");
	}
}
