#include "common/db_uri.h"

#include <string.h>
#include <unistd.h>

/* Whether the file path plus this suffix exists. */
static int
beside(const char *path, const char *suffix)
{
	struct buf b = { NULL, 0, 0 };
	int there;

	buf_adds(&b, path);
	buf_adds(&b, suffix);
	there = access(buf_str(&b), F_OK) == 0;
	buf_release(&b);
	return there;
}

static int
folder_writable(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf b = { NULL, 0, 0 };
	int writable;

	if (slash == NULL)
		return access(".", W_OK) == 0;
	buf_add(&b, path, (size_t)(slash - path) + 1);
	writable = access(buf_str(&b), W_OK) == 0;
	buf_release(&b);
	return writable;
}

const char *
db_uri(struct buf *b, const char *path)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char c;

	if (beside(path, "-wal") || folder_writable(path))
		return NULL;
	buf_clear(b);
	buf_adds(b, "file:");
	for (; *path != '\0'; path++) {
		c = (unsigned char)*path;
		if (c == '%' || c == '?' || c == '#') {
			buf_addc(b, '%');
			buf_addc(b, hex[c >> 4]);
			buf_addc(b, hex[c & 15]);
		} else {
			buf_addc(b, (char)c);
		}
	}
	buf_adds(b, "?immutable=1");
	return buf_str(b);
}
