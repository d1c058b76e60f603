#include "common/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"

static int
fault(const char *path, struct err *e)
{
	return err_set(e, E_IO, "%s: %s", path, strerror(errno));
}

/* Whom the file is open to that is replaced; else as of any new one. */
static mode_t
mode_for(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* Whether there is a device or a pipe, which is there for others as well. */
static int
is_other(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* The file that a symbolic link leads to, which is replaced instead of the
 * link; malloc()ed. */
static char *
behind_links(const char *path)
{
	char *real = realpath(path, NULL);

	return real != NULL ? real : xstrdup(path);
}

int
replace_open(struct replace *r, const char *path, struct err *e)
{
	static const char suffix[] = ".XXXXXX";
	size_t n;
	int fd, rc;

	memset(r, 0, sizeof *r);
	if (strcmp(path, "-") == 0) {
		r->f = stdout;
		return 0;
	}
	if (is_other(path))
		return err_set(e, E_IO, "%s: not a regular file, and so not "
		    "replaced; standard output is '-'", path);
	r->path = behind_links(path);
	n = strlen(r->path);
	r->temp = xmalloc(n + sizeof suffix);
	memcpy(r->temp, r->path, n);
	memcpy(r->temp + n, suffix, sizeof suffix);
	if ((fd = mkstemp(r->temp)) < 0) {
		rc = fault(path, e);
		free(r->temp);
		r->temp = NULL;
		replace_drop(r);
		return rc;
	}
	if (fchmod(fd, mode_for(r->path)) != 0 ||
	    (r->f = fdopen(fd, "w")) == NULL) {
		rc = fault(path, e);
		close(fd);
		replace_drop(r);
		return rc;
	}
	return 0;
}

int
replace_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd, rc;

	folder = xstrdup(slash == NULL ? "." : path);
	if (slash != NULL)
		folder[slash == path ? 1 : slash - path] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

int
replace_commit(struct replace *r, struct err *e)
{
	FILE *f = r->f;
	int bad, rc = 0;

	if (r->path == NULL) {
		r->f = NULL;
		return fflush(f) != 0 || ferror(f) ?
		    fault("standard output", e) : 0;
	}
	bad = fflush(f) != 0 || ferror(f) || fsync(fileno(f)) != 0;
	r->f = NULL;
	if (fclose(f) != 0 || bad || rename(r->temp, r->path) != 0) {
		rc = fault(r->path, e);
	} else {
		free(r->temp);
		r->temp = NULL;
		if (replace_sync(r->path) != 0)
			rc = fault(r->path, e);
	}
	replace_drop(r);
	return rc;
}

void
replace_drop(struct replace *r)
{
	if (r->f != NULL && r->path != NULL)
		fclose(r->f);
	if (r->temp != NULL)
		unlink(r->temp);
	free(r->temp);
	free(r->path);
	memset(r, 0, sizeof *r);
}
