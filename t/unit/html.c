/*
 * Pieces of a page with text that tries to be markup, and a file that replaces
 * another.
 */
#include "common/html.h"
#include "t/unit/tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/replace.h"

static struct buf b;

static const char *
text(const char *s, size_t n)
{
	buf_clear(&b);
	html_text(&b, s, n);
	return buf_str(&b);
}

static void
test_html(void)
{
	static const struct html_column c[] = { { "A&B", "n" } };
	static const struct html_bar bar[] = { { 1, 0 }, { 1, 1 }, { 0, 0 } };

	is_str(text("<a href=\"x\">&'", 14),
	    "&lt;a href=&quot;x&quot;&gt;&amp;'", "markup is text");
	is_str(text("a\033[2J\n\0b\xff\xe2\x80\xae", 12), "a?[2J??b??",
	    "what XML forbids and what turns the text is not there");
	is_str(text("a\xef\xbf\xbe\xef\xbf\xbf" "b", 8), "a??b",
	    "nor is an invalid character");
	is_str(text("\xc3\xa9\xe4\xb8\xad", 5), "\xc3\xa9\xe4\xb8\xad",
	    "letters stay");
	buf_clear(&b);
	html_verbatim(&b, "a <b\nc", 6);
	is_str(buf_str(&b), "<pre>a &lt;b\nc</pre>\n", "lines are kept");
	buf_clear(&b);
	html_table(&b, c, 1);
	html_row(&b);
	html_cell(&b, "n", NULL, 0);
	html_row_end(&b);
	html_table_end(&b);
	is_str(buf_str(&b), "<table>\n<thead><tr><th class=\"n\">A&amp;B</th>"
	    "</tr></thead>\n<tbody>\n<tr><td class=\"n\"></td></tr>\n"
	    "</tbody>\n</table>\n", "a table");
	buf_clear(&b);
	html_bars(&b, "c", bar, 3, "f", "l", "t");
	ok(strstr(buf_str(&b), "<rect x=\"240.0\" y=\"16.0\" width=\"239.0\" "
	    "height=\"60.0\" fill=\"#b5493a\"/>") != NULL,
	    "the highest bar reaches the top");
	buf_clear(&b);
	html_bars(&b, "c", NULL, 0, "", "", "");
	ok(strstr(buf_str(&b), "nan") == NULL, "a plot without bars is fine");
}

static const char *
content(const char *path)
{
	static char line[64];
	FILE *f = fopen(path, "r");

	line[0] = '\0';
	if (f == NULL)
		return NULL;
	if (fgets(line, sizeof line, f) == NULL)
		line[0] = '\0';
	fclose(f);
	return line;
}

static void
test_replace(void)
{
	char folder[] = "/tmp/loya.replace.XXXXXX", path[64], command[96];
	struct replace r;
	struct stat st;
	struct err e;

	if (mkdtemp(folder) == NULL)
		return;
	umask(027);
	snprintf(path, sizeof path, "%s/f", folder);
	is_int(replace_open(&r, path, &e), 0, "a file that is new");
	fputs("one", r.f);
	ok(content(path) == NULL, "is not there before all of it is");
	is_int(replace_commit(&r, &e), 0, "a commit");
	is_str(content(path), "one", "then it is there");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0640,
	    "with the mode that umask leaves");
	is_int(replace_open(&r, path, &e), 0, "another");
	fputs("two", r.f);
	replace_drop(&r);
	is_str(content(path), "one", "that is dropped changes nothing");
	snprintf(command, sizeof command, "test $(ls %s | wc -l) = 1", folder);
	ok(system(command) == 0, "and leaves nothing");
	snprintf(path, sizeof path, "%s/none/f", folder);
	is_int(replace_open(&r, path, &e), E_IO, "no folder");
	ok(strstr(e.msg, "none/f: No such file") != NULL, "is named");
	snprintf(path, sizeof path, "%s/pipe", folder);
	ok(mkfifo(path, 0600) == 0, "a pipe");
	is_int(replace_open(&r, path, &e), E_IO, "is not a file to be "
	    "replaced");
	replace_drop(&r);
	snprintf(path, sizeof path, "%s/link", folder);
	ok(symlink("f", path) == 0, "a link");
	is_int(replace_open(&r, path, &e), 0, "leads to the file");
	is_int(replace_commit(&r, &e), 0, "that is replaced");
	ok(readlink(path, command, sizeof command) == 1, "and stays");
	snprintf(command, sizeof command, "rm -rf %s", folder);
	ok(system(command) == 0, "the folder is removed");
}

int
main(void)
{
	test_html();
	test_replace();
	buf_release(&b);
	return done_testing();
}
