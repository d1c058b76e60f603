#include "common/receive_inner.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/options.h"

enum { NUMBER = 24 };

/*
 * The abuse protection of the CloudEvents webhook specification, section 4: a
 * sender asks whether it may, with its own DNS name.
 */

/* Whether the source lets this origin send; case does not matter in names. */
static int
allowed(const struct receive *rules, const char *origin)
{
	size_t i;

	for (i = 0; i < rules->norigin; i++)
		if (strcmp(rules->origin[i], "*") == 0 ||
		    strcasecmp(rules->origin[i], origin) == 0)
			return 1;
	return 0;
}

/* Requests per minute: as many as asked for, but no more than the source
 * allows.  NULL if it is not a positive number. */
static const char *
rate(struct delivery *d, const char *asked)
{
	int64_t most = d->hook->source->receive.rate, n;
	char text[NUMBER];

	if (options_number(asked, 1, INT64_MAX, &n) != 0)
		return NULL;
	if (most == 0)
		return "*";
	snprintf(text, sizeof text, "%lld",
	    (long long)(n < most ? n : most));
	return arena_str(d->arena, text);
}

int
receive_handshake(struct receiver *r, struct delivery *d)
{
	const struct receive *rules = &d->hook->source->receive;
	const char *origin, *asked, *granted = NULL;

	(void)r;
	origin = http_header(d->http, "webhook-request-origin");
	asked = http_header(d->http, "webhook-request-rate");
	if (origin == NULL || *origin == '\0')
		return receive_problem(d, 400, "WebHook-Request-Origin must be "
		    "given exactly once, and not empty");
	if (!allowed(rules, origin))
		return receive_problem(d, 403,
		    "this origin may not send to this source");
	if (asked != NULL && (granted = rate(d, asked)) == NULL)
		return receive_problem(d, 400,
		    "WebHook-Request-Rate is not a positive number");
	answer_init(&d->own, 200);
	answer_header(&d->own, "Allow", "POST, OPTIONS");
	answer_header(&d->own, "WebHook-Allowed-Origin", origin);
	if (granted != NULL)
		answer_header(&d->own, "WebHook-Allowed-Rate", granted);
	d->answer = &d->own;
	return 1;
}
