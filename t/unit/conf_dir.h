/*
 * A configuration folder for one test: conf_file() writes a file below it,
 * conf_dir_load() reads it, conf_dir_end() removes all of it.  conf_crm() does
 * all of that for one file.
 */
#ifndef T_CONF_DIR_H
#define T_CONF_DIR_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/source.h"

static char conf_dir[64], conf_made[16][128];
static int conf_nmade;

__attribute__((unused))
static void
conf_dir_begin(void)
{
	char path[128];

	strcpy(conf_dir, "/tmp/loya-conf.XXXXXX");
	if (mkdtemp(conf_dir) == NULL)
		abort();
	snprintf(path, sizeof path, "%s/sources", conf_dir);
	if (mkdir(path, 0700) != 0)
		abort();
	conf_nmade = 0;
}

__attribute__((unused))
static void
conf_file(const char *name, const char *text)
{
	FILE *f;

	snprintf(conf_made[conf_nmade], sizeof conf_made[0], "%s/%s", conf_dir,
	    name);
	f = fopen(conf_made[conf_nmade++], "w");
	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

/* The complaint without the folder in front, "" if there is none. */
__attribute__((unused))
static const char *
conf_dir_load(struct config **c)
{
	static struct err e;
	char *p;

	e.msg[0] = '\0';
	if (config_load(c, conf_dir, &e) == 0)
		return "";
	while ((p = strstr(e.msg, conf_dir)) != NULL)
		memmove(p, p + strlen(conf_dir) + 1,
		    strlen(p + strlen(conf_dir) + 1) + 1);
	return e.msg;
}

__attribute__((unused))
static void
conf_dir_end(void)
{
	char path[128];

	while (conf_nmade > 0)
		unlink(conf_made[--conf_nmade]);
	snprintf(path, sizeof path, "%s/sources", conf_dir);
	rmdir(path);
	rmdir(conf_dir);
}

/* What is said about a file crm.json with this text.  If *c is not NULL, it is
 * a configuration to release first. */
__attribute__((unused))
static const char *
conf_crm(struct config **c, const char *text)
{
	static char said[512];

	config_free(*c);
	*c = NULL;
	conf_dir_begin();
	conf_file("sources/crm.json", text);
	snprintf(said, sizeof said, "%s", conf_dir_load(c));
	conf_dir_end();
	return said;
}

#endif
