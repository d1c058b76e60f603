#include "common/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypt.h"

static const char lead[] = "loya-key-1 ";

/* lead, 44 characters, a line feed, a NUL; and room to see what is too long. */
enum { LINE = sizeof lead - 1 + 44 + 1, ROOM = LINE + 8 };

/* The systemd credential's path, when there is one. */
static int
credential(char out[KEY_PATH])
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	int n;

	if (dir == NULL || *dir == '\0')
		return 0;
	n = snprintf(out, KEY_PATH, "%s/loya-key", dir);
	return n > 0 && n < KEY_PATH && access(out, F_OK) == 0;
}

const char *
key_path(const char *confdir, char out[KEY_PATH])
{
	const char *s;

	if (credential(out))
		return out;
	s = getenv("LOYA_KEY");
	if (s != NULL && *s != '\0')
		snprintf(out, KEY_PATH, "%s", s);
	else
		snprintf(out, KEY_PATH, "%s/key", confdir);
	return out;
}

/* Whom the file is open to.  systemd hands a credential over with mode 0400,
 * or 0440 with a group of the service's own. */
static int
check_mode(int fd, const char *path, int group_reads, struct err *e)
{
	struct stat st;
	mode_t open_to;

	if (fstat(fd, &st) != 0)
		return err_set(e, E_KEY, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, E_KEY, "%s: it is no regular file", path);
	open_to = st.st_mode & (group_reads ? 037 : 077);
	if (open_to != 0)
		return err_set(e, E_KEY, "%s: its mode is %04o, so others can "
		    "use the key; chmod 600 it", path,
		    (unsigned)(st.st_mode & 07777));
	return 0;
}

static int
read_line(int fd, char *line, size_t *len)
{
	ssize_t n;

	*len = 0;
	while (*len < ROOM && (n = read(fd, line + *len, ROOM - *len)) != 0) {
		if (n < 0 && errno != EINTR)
			return -1;
		*len += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int
parse(const char *line, size_t len, unsigned char *key)
{
	size_t skip = sizeof lead - 1;

	if (len > 0 && line[len - 1] == '\n')
		len--;
	return len > skip && memcmp(line, lead, skip) == 0 &&
	    crypt_unbase64(line + skip, len - skip, 0, key, CRYPT_KEY) ==
	    CRYPT_KEY ? 0 : -1;
}

static int
load(const char *path, int group_reads, unsigned char **out, struct err *e)
{
	unsigned char *key = NULL;
	char *line = NULL;
	size_t len;
	int fd, rc;

	*out = NULL;
	/* Not to wait for the writer of a pipe. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, E_KEY, "%s: there is no key; make one with "
		    "loya-token init", path);
	if (fd < 0)
		return err_set(e, E_KEY, "%s: the key cannot be read: %s",
		    path, strerror(errno));
	if ((rc = check_mode(fd, path, group_reads, e)) != 0)
		goto out;
	line = crypt_alloc(ROOM);
	key = crypt_alloc(CRYPT_KEY);
	if (read_line(fd, line, &len) != 0)
		rc = err_set(e, E_KEY, "%s: %s", path, strerror(errno));
	else if (parse(line, len, key) != 0)
		rc = err_set(e, E_KEY, "%s: this is no key of loya", path);
	if (rc == 0) {
		*out = key;
		key = NULL;
	}
out:
	close(fd);
	crypt_free(line);
	crypt_free(key);
	return rc;
}

int
key_load(const char *confdir, unsigned char **out, struct err *e)
{
	char path[KEY_PATH];
	int from_systemd = credential(path);

	key_path(confdir, path);
	return load(path, from_systemd, out, e);
}

int
key_load_next(const char *confdir, unsigned char **out, struct err *e)
{
	char path[KEY_PATH], next[KEY_PATH + 8];

	snprintf(next, sizeof next, "%s.new", key_path(confdir, path));
	return load(next, 0, out, e);
}

/* A fault of the file system while making the key. */
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
write_line(int fd)
{
	unsigned char *key = crypt_alloc(CRYPT_KEY);
	char *line = crypt_alloc(ROOM);
	ssize_t n;

	crypt_random(key, CRYPT_KEY);
	memcpy(line, lead, sizeof lead - 1);
	crypt_base64(key, CRYPT_KEY, line + sizeof lead - 1);
	line[LINE - 1] = '\n';
	n = write(fd, line, LINE);
	crypt_free(line);
	crypt_free(key);
	if (n >= 0 && n != LINE)
		errno = ENOSPC;
	return n == LINE ? 0 : -1;
}

/* So that the name survives a loss of power. */
static int
sync_folder(const char *path)
{
	char dir[KEY_PATH], *slash;
	int fd, rc;

	snprintf(dir, sizeof dir, "%s", path);
	slash = strrchr(dir, '/');
	if (slash == NULL)
		snprintf(dir, sizeof dir, ".");
	else
		slash[slash == dir] = '\0';
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

int
key_make(const char *confdir, struct err *e)
{
	char path[KEY_PATH], tmp[KEY_PATH + 8];
	int fd, rc = 0;

	key_path(confdir, path);
	if (access(path, F_OK) == 0)
		return err_set(e, E_NO, "%s: there is a key already", path);
	snprintf(tmp, sizeof tmp, "%s.XXXXXX", path);
	if ((fd = mkostemp(tmp, O_CLOEXEC)) < 0)
		return fault(e, path);
	/* link(2), not rename(2): it never takes the place of a key that
	 * somebody else made meanwhile. */
	if (fchmod(fd, 0600) != 0 || write_line(fd) != 0 || fsync(fd) != 0)
		rc = fault(e, path);
	else if (link(tmp, path) != 0)
		rc = errno == EEXIST ? err_set(e, E_NO, "%s: there is a key "
		    "already", path) : fault(e, path);
	unlink(tmp);
	if (close(fd) != 0 && rc == 0)
		rc = fault(e, path);
	if (rc == 0 && sync_folder(path) != 0)
		rc = fault(e, path);
	return rc;
}
