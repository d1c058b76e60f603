/*
 * The parts of the module: redact.c knows our own secrets; redact_label.c and
 * redact_shape.c find what looks like somebody else's.  These two take a
 * terminated text and an array of the same length, in which they mark each byte
 * that has to be hidden.
 */
#ifndef COMMON_REDACT_INNER_H
#define COMMON_REDACT_INNER_H

#include <stddef.h>

/* Values after a name such as password, words after Bearer and Basic, and what
 * is in front of the host in a URL. */
void redact_label(const char *, char *hide);

/* Long runs that are not words. */
void redact_shape(const char *, char *hide);

/* ASCII only, whatever the locale. */
int redact_letter(char);
int redact_alnum(char);

#endif
