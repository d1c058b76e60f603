/* Making the key, and putting the next one in its place. */
#include "common/key_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/replace.h"

/* Report a failure of the file system while making the key. */
static int
fault(struct err *e, const char *path)
{
	int code = E_IO;

	if (errno == ENOSPC || errno == EDQUOT)
		code = E_FULL;
	else if (errno == EACCES || errno == EPERM || errno == EROFS ||
	    errno == ENOENT || errno == ENOTDIR)
		code = E_KEY;
	return err_set(e, code, "%s: the key cannot be made: %s", path,
	    strerror(errno));
}

static int
write_line(int fd, const unsigned char *key)
{
	char *line = crypt_alloc(KEY_ROOM);
	size_t done = 0;
	ssize_t n = 0;

	memcpy(line, KEY_LEAD, sizeof KEY_LEAD - 1);
	crypt_base64(key, CRYPT_KEY, line + sizeof KEY_LEAD - 1);
	line[KEY_LINE - 1] = '\n';
	while (done < KEY_LINE) {
		n = write(fd, line + done, KEY_LINE - done);
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	crypt_free(line);
	return done == KEY_LINE ? 0 : -1;
}

static const char *
folder(const char *path, char dir[KEY_NEXT])
{
	char *slash;

	snprintf(dir, KEY_NEXT, "%s", path);
	slash = strrchr(dir, '/');
	if (slash == NULL)
		snprintf(dir, KEY_NEXT, ".");
	else
		slash[slash == dir] = '\0';
	return dir;
}

/*
 * Open a file beside path that has no name yet, so that if we are killed
 * nothing of the key is left.  If the system does not support that, open one
 * with the name tmp; otherwise tmp is a path by which it can be reached.
 */
static int
open_beside(const char *path, char tmp[KEY_NEXT], int *named)
{
	char dir[KEY_NEXT];
	int fd = -1;

	if (access("/proc/self/fd", X_OK) == 0)
		fd = open(folder(path, dir), O_TMPFILE | O_WRONLY | O_CLOEXEC,
		    0600);
	*named = fd < 0;
	if (!*named) {
		snprintf(tmp, KEY_NEXT, "/proc/self/fd/%d", fd);
		return fd;
	}
	snprintf(tmp, KEY_NEXT, "%s.XXXXXX", path);
	return mkostemp(tmp, O_CLOEXEC);
}

/*
 * Write the key to a file, durable, mode 0600.  It is completed first and then
 * linked: unlike rename(2), link(2) never replaces a file that somebody else
 * made meanwhile.
 */
static int
write_file(const char *path, const unsigned char *key, struct err *e)
{
	char tmp[KEY_NEXT];
	int fd, named, rc = 0;

	if ((fd = open_beside(path, tmp, &named)) < 0)
		return fault(e, path);
	if (fchmod(fd, 0600) != 0 || write_line(fd, key) != 0 ||
	    fsync(fd) != 0)
		rc = fault(e, path);
	else if (linkat(AT_FDCWD, tmp, AT_FDCWD, path,
	    named ? 0 : AT_SYMLINK_FOLLOW) != 0)
		rc = errno == EEXIST ? err_set(e, E_NO, "%s: there is a key "
		    "already", path) : fault(e, path);
	if (named)
		unlink(tmp);
	if (close(fd) != 0 && rc == 0)
		rc = fault(e, path);
	if (rc == 0 && replace_sync(path) != 0)
		rc = fault(e, path);
	return rc;
}

int
key_make(const char *confdir, struct err *e)
{
	unsigned char *key;
	char path[KEY_PATH];
	int rc;

	key_path(confdir, path);
	if (!key_is_file(confdir))
		return err_set(e, E_KEY, "%s: a key can only be made in a file",
		    path);
	if (access(path, F_OK) == 0)
		return err_set(e, E_NO, "%s: there is a key already", path);
	key = crypt_alloc(CRYPT_KEY);
	crypt_random(key, CRYPT_KEY);
	rc = write_file(path, key, e);
	crypt_free(key);
	return rc;
}

/* Write the next key.  Nobody looks at this file before something is sealed
 * under it, and by then it is complete: it needs no temporary name. */
static int
write_next(const char *path, const struct stat *like,
    const unsigned char *key, struct err *e)
{
	int fd, rc = 0;

	if (unlink(path) != 0 && errno != ENOENT)
		return fault(e, path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fault(e, path);
	/* Whoever can read the key must be able to read the next one. */
	if (fchown(fd, like->st_uid, like->st_gid) != 0 ||
	    write_line(fd, key) != 0 || fsync(fd) != 0)
		rc = fault(e, path);
	if (close(fd) != 0 && rc == 0)
		rc = fault(e, path);
	if (rc == 0 && replace_sync(path) != 0)
		rc = fault(e, path);
	return rc;
}

int
key_make_next(const char *confdir, unsigned char **out, struct err *e)
{
	unsigned char *key;
	char path[KEY_PATH], next[KEY_NEXT];
	struct stat st;
	int rc;

	*out = NULL;
	if (lstat(key_path(confdir, path), &st) != 0)
		return fault(e, path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, E_KEY, "%s: it is a link; name the file that "
		    "it leads to (LOYA_KEY)", path);
	key = crypt_alloc(CRYPT_KEY);
	crypt_random(key, CRYPT_KEY);
	rc = write_next(key_path_next(confdir, next), &st, key, e);
	if (rc == 0) {
		*out = key;
		key = NULL;
	}
	crypt_free(key);
	return rc;
}

int
key_place_next(const char *confdir, struct err *e)
{
	char path[KEY_PATH], next[KEY_NEXT];

	key_path(confdir, path);
	if (rename(key_path_next(confdir, next), path) != 0)
		return fault(e, path);
	return replace_sync(path) != 0 ? fault(e, path) : 0;
}

void
key_drop_next(const char *confdir)
{
	char path[KEY_NEXT];

	/* If that fails, nobody uses the file, and the next rotation
	 * drops it. */
	unlink(key_path_next(confdir, path));
}
