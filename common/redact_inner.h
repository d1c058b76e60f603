/*
 * The parts of the module: redact.c knows our own secrets, redact_label.c and
 * redact_shape.c find what looks like one that is not ours.  Both of them mark
 * each byte of a terminated text that has to be hidden in an array as long.
 */
#ifndef COMMON_REDACT_INNER_H
#define COMMON_REDACT_INNER_H

#include <stddef.h>

/* Values behind a name such as password, words behind Bearer and Basic, and
 * what stands in front of the host of an address. */
void redact_label(const char *, char *hide);

/* Long runs that are no words. */
void redact_shape(const char *, char *hide);

/* ASCII only, whatever the locale. */
int redact_letter(char);
int redact_alnum(char);

#endif
