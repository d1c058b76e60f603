#include "common/status.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	int code, exit;
	const char *text;
} table[] = {
	{ OK,		EXIT_DONE,	"done" },
	{ E_NO,		EXIT_NO,	"the answer is no" },
	{ E_NOTFOUND,	EXIT_NO,	"not found" },
	{ E_USAGE,	EXIT_USAGE,	"wrong usage" },
	{ E_DATA,	EXIT_DATA,	"input is not in the promised form" },
	{ E_BUG,	EXIT_BUG,	"this is a bug in loya" },
	{ E_IO,		EXIT_IO,	"reading or writing failed" },
	{ E_FULL,	EXIT_IO,	"no room left" },
	{ E_BUSY,	EXIT_LATER,	"the store is busy" },
	{ E_CONF,	EXIT_CONFIG,	"the configuration is wrong" },
	{ E_NOSTORE,	EXIT_CONFIG,	"there is no store" },
	{ E_NOTSTORE,	EXIT_CONFIG,	"this is not a loya store" },
	{ E_NEWER,	EXIT_CONFIG,	"the store is newer than this "
	    "program" },
	{ E_KEY,	EXIT_CONFIG,	"the key cannot be used" },
	{ E_READONLY,	EXIT_CONFIG,	"the store cannot be written" },
};

static size_t
find(int code)
{
	size_t i;

	for (i = 0; i < sizeof table / sizeof table[0]; i++)
		if (table[i].code == code)
			return i;
	return 5;	/* an unknown code is a bug */
}

int
err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (e == NULL)
		return code;
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	return code;
}

const char *
status_text(int code)
{
	return table[find(code)].text;
}

int
status_exit(int code)
{
	return table[find(code)].exit;
}
