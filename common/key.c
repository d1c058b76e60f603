/* Finding the key and reading it. */
#include "common/key_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypt.h"
#include "common/options.h"

static const char by_number[] = "fd:";

/* The path of the systemd credential, if there is one. */
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

static int
is_number(const char *path)
{
	return strncmp(path, by_number, sizeof by_number - 1) == 0;
}

int
key_is_file(const char *confdir)
{
	char path[KEY_PATH];

	return !credential(path) && !is_number(key_path(confdir, path));
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

/* Check whom the file is open to.  systemd provides a credential with mode
 * 0400, or 0440 with the service's own group. */
static int
check_mode(int fd, const char *path, int group_reads, struct err *e)
{
	struct stat st;
	mode_t open_to;

	if (fstat(fd, &st) != 0)
		return err_set(e, E_KEY, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, E_KEY, "%s: it is not a regular file", path);
	open_to = st.st_mode & (group_reads ? 037 : 077);
	if (open_to != 0)
		return err_set(e, E_KEY, "%s: its mode is %04o, so others can "
		    "use the key; chmod 600 it", path,
		    (unsigned)(st.st_mode & 07777));
	return 0;
}

/* A file is read from its beginning, a pipe from where it is. */
static int
read_line(int fd, char *line, size_t *len)
{
	ssize_t n;
	int seeks = lseek(fd, 0, SEEK_CUR) >= 0;

	*len = 0;
	while (*len < KEY_ROOM) {
		n = seeks ? pread(fd, line + *len, KEY_ROOM - *len,
		    (off_t)*len) : read(fd, line + *len, KEY_ROOM - *len);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -1;
		*len += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static int
parse(const char *line, size_t len, unsigned char *key)
{
	size_t skip = sizeof KEY_LEAD - 1;

	if (len > 0 && line[len - 1] == '\n')
		len--;
	return len > skip && memcmp(line, KEY_LEAD, skip) == 0 &&
	    crypt_unbase64(line + skip, len - skip, 0, key, CRYPT_KEY) ==
	    CRYPT_KEY ? 0 : -1;
}

int
key_read(int fd, const char *path, unsigned char **out, struct err *e)
{
	unsigned char *key = crypt_alloc(CRYPT_KEY);
	char *line = crypt_alloc(KEY_ROOM);
	size_t len;
	int rc = 0;

	*out = NULL;
	if (read_line(fd, line, &len) != 0)
		rc = err_set(e, E_KEY, "%s: %s", path, strerror(errno));
	else if (len == 0)
		rc = err_set(e, E_KEY, "%s: it is empty, or a pipe that was "
		    "already read", path);
	else if (parse(line, len, key) != 0)
		rc = err_set(e, E_KEY, "%s: this is not a key of loya", path);
	if (rc == 0) {
		*out = key;
		key = NULL;
	}
	crypt_free(line);
	crypt_free(key);
	return rc;
}

static int
load_file(const char *path, int group_reads, unsigned char **out,
    struct err *e)
{
	int fd, rc;

	*out = NULL;
	/* Do not wait for the writer of a pipe. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return err_set(e, E_KEY, "%s: there is no key; for a new store "
		    "make one with loya-token init, else put it back",
		    path);
	if (fd < 0)
		return err_set(e, E_KEY, "%s: the key cannot be read: %s",
		    path, strerror(errno));
	rc = check_mode(fd, path, group_reads, e);
	if (rc == 0)
		rc = key_read(fd, path, out, e);
	close(fd);
	return rc;
}

/* Programs that we run later must not inherit it. */
static int
load_descriptor(const char *path, unsigned char **out, struct err *e)
{
	int64_t fd;

	*out = NULL;
	if (options_number(path + sizeof by_number - 1, 0, 1023, &fd) != 0)
		return err_set(e, E_KEY, "%s: this does not name a "
		    "descriptor", path);
	if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) != 0)
		return err_set(e, E_KEY, "%s: %s", path, strerror(errno));
	return key_read((int)fd, path, out, e);
}

int
key_load(const char *confdir, unsigned char **out, struct err *e)
{
	char path[KEY_PATH];
	int from_systemd = credential(path);

	key_path(confdir, path);
	if (!from_systemd && is_number(path))
		return load_descriptor(path, out, e);
	return load_file(path, from_systemd, out, e);
}

const char *
key_path_next(const char *confdir, char out[KEY_NEXT])
{
	char path[KEY_PATH];

	snprintf(out, KEY_NEXT, "%s.new", key_path(confdir, path));
	return out;
}

int
key_load_next(const char *confdir, unsigned char **out, struct err *e)
{
	char path[KEY_NEXT];

	return load_file(key_path_next(confdir, path), 0, out, e);
}
