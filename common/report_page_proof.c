/* Whether the record holds, and what was signed of it. */
#include "common/report_page.h"

#include <stdio.h>
#include <string.h>

#include "common/crypt.h"
#include "common/head.h"
#include "common/verify.h"

enum { FAULTS = 100 };	/* most that are shown */

struct found {
	struct buf b;
	int64_t n;
};

static void
fault(void *ctx, const char *table, const char *row, const char *what)
{
	struct found *f = ctx;

	if (f->n++ >= FAULTS)
		return;
	/* Some faults concern a whole table. */
	if (row == NULL)
		row = "";
	html_row(&f->b);
	html_cell(&f->b, "", table, strlen(table));
	html_cell(&f->b, "", row, strlen(row));
	html_cell(&f->b, "", what, strlen(what));
	html_row_end(&f->b);
}

static void
number(struct buf *b, const char *what, int64_t v)
{
	char text[24];
	int n;

	html_row(b);
	html_cell(b, "", what, strlen(what));
	n = snprintf(text, sizeof text, "%lld", (long long)v);
	html_cell(b, "n", text, (size_t)n);
	html_row_end(b);
}

static void
result(struct page *p, const struct verify_result *v, const struct found *f)
{
	static const struct html_column numbers[] = { { "Compared", "" },
	    { "", "n" } };
	static const struct html_column faults[] = { { "Table", "" },
	    { "Row", "" }, { "Fault", "" } };
	struct buf *b = &p->b;
	char root[64];

	crypt_base64(v->root, sizeof v->root, root);
	buf_adds(b, v->faults == 0 ?
	    "<p class=\"good\">No fault was found.</p>\n" :
	    "<p class=\"bad\">Faults were found: the record or the members "
	    "are not what they should be.</p>\n");
	html_table(b, numbers, 2);
	number(b, "rows of the record", v->size);
	number(b, "of these without detail (erased)", v->erased);
	number(b, "members", v->members);
	number(b, "entries of the ledger", v->entries);
	number(b, "events of the inbox", v->inbox);
	number(b, "signed heads", v->heads);
	number(b, "signatures of witnesses", v->cosignatures);
	number(b, "faults", v->faults);
	html_table_end(b);
	html_paragraph(b, "Root of the tree over all rows (RFC 6962, "
	    "SHA-256):");
	html_verbatim(b, root, strlen(root));
	html_verbatim(b, "loya-audit verify", strlen("loya-audit verify"));
	if (f->n == 0)
		return;
	html_table(b, faults, 3);
	buf_add(b, f->b.p, f->b.len);
	html_table_end(b);
	if (f->n > FAULTS)
		html_paragraph(b, "And more: see loya-audit verify.");
}

static int
newest_head(struct page *p)
{
	struct buf note = { NULL, 0, 0 };
	struct head h;
	int rc;

	html_section(&p->b, "The newest signed head");
	rc = head_last(p->r->store, &h, &note, p->e);
	if (rc == 0) {
		html_paragraph(&p->b, "A C2SP checkpoint: the origin, the "
		    "number of rows, the root, and who signed it. Kept "
		    "elsewhere it proves that nothing before it was changed "
		    "since (loya-audit check).");
		html_verbatim(&p->b, h.note, h.len);
	} else if (rc == E_NOTFOUND) {
		html_paragraph(&p->b, "None was signed yet: see loya-audit "
		    "head.");
		rc = 0;
	}
	buf_release(&note);
	return rc;
}

int
report_page_proof(struct page *p)
{
	struct found f = { { NULL, 0, 0 }, 0 };
	struct verify_result v;
	int rc;

	html_section(&p->b, "Verification");
	rc = verify(p->r->store, fault, &f, &v, p->e);
	if (rc == 0) {
		result(p, &v, &f);
		p->faults = v.faults;
		rc = newest_head(p);
	}
	buf_release(&f.b);
	return rc;
}
