/*
 * Shared by the parts of the report page: report_page.c (the page),
 * report_page_figures.c (figures with their queries), report_page_proof.c
 * (verification and heads), report_page_speed.c (latency).
 */
#ifndef COMMON_REPORT_PAGE_H
#define COMMON_REPORT_PAGE_H

#include "common/html.h"
#include "common/report_part.h"

struct page {
	const struct report *r;	/* its since and until are set */
	struct buf b;
	int64_t faults;
	struct err *e;
};

/* Each 0 or <0. */
int report_page_proof(struct page *);
int report_page_changes(struct page *);
int report_page_refusals(struct page *);
int report_page_speed(struct page *);

#endif
