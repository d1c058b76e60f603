/*
 * The body that the bench sends and stores: a webhook about one employee, 600
 * bytes: an envelope and 14 members of data, of which one is an object and one
 * an array.  t/bench/setup.sh has the source file that maps it.
 */
#ifndef T_BENCH_BODY_H
#define T_BENCH_BODY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/jsonw.h"

enum { BODY = 600 };

static void
body_field(struct jsonw *w, const char *key, const char *fmt, long n)
{
	char text[80];

	snprintf(text, sizeof text, fmt, n);
	jsonw_kstring(w, key, text);
}

/* x is random: eight of the fields depend on it.  Names differ in length, as
 * real ones do, so that rows do not all fill their pages alike; addresses
 * differ. */
static void
body_employee(struct jsonw *w, long member, long x, const char *status)
{
	static const char longer[] = "chandrashekhar";
	char email[80];

	jsonw_object(w);
	body_field(w, "external_id", "E%07ld", member);
	body_field(w, "given_name", "Asha%06ld", x);
	jsonw_kstring(w, "family_name", longer + x % 11);
	snprintf(email, sizeof email, "rao.%07ld.%06ld@example.org", member,
	    x);
	jsonw_kstring(w, "email", email);
	body_field(w, "phone_number", "+4912%08ld", x);
	jsonw_kstring(w, "status", status);
	jsonw_kstring(w, "locale", "en-IN");
	jsonw_kstring(w, "zoneinfo", "Asia/Kolkata");
	body_field(w, "birthdate", "1990-01-%02ld", 1 + x % 28);
	jsonw_key(w, "tags");
	jsonw_array(w);
	jsonw_string(w, "gold");
	jsonw_string(w, x % 2 ? "north" : "south");
	jsonw_close(w, ']');
	body_field(w, "department", "Dep%02ld", x % 50);
	body_field(w, "employee_number", "%07ld", member);
	body_field(w, "grade", "G%02ld", member % 12);
	jsonw_key(w, "address");
	jsonw_object(w);
	jsonw_kstring(w, "country", "IN");
	jsonw_kstring(w, "locality", "Pune");
	body_field(w, "street_address", "%03ld MG Road", x % 400);
	jsonw_close(w, '}');
	jsonw_close(w, '}');
}

/* Put exactly BODY bytes into buf, which is emptied first. */
static void
body_write(struct buf *b, long member, int64_t version, const char *status)
{
	char pad[BODY];
	struct jsonw w;
	size_t n;

	buf_clear(b);
	jsonw_init(&w, b);
	jsonw_object(&w);
	jsonw_kstring(&w, "event", "employee_updated");
	jsonw_kint(&w, "version", version);
	jsonw_key(&w, "employee");
	body_employee(&w, member, random() % 1000000, status);
	n = b->len + strlen(",\"trace\":\"\"}");
	if (n > BODY)
		abort();
	memset(pad, 'f', sizeof pad);
	jsonw_key(&w, "trace");
	jsonw_stringn(&w, pad, BODY - n);
	jsonw_close(&w, '}');
}

#endif
