#define HTTPC_LINKED	/* the types of libcurl's own names are looked at */
#include "common/httpc_lib.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "curl.inc"	/* HTTPC_SONAME: what -lcurl stood for at build time */

enum { OLDEST = 0x075800 };	/* 7.88.0 */

struct httpc_lib httpc_lib;

/* Each member has the type that libcurl declares. */
#define CHECK(result, name, parameters) \
	_Static_assert(_Generic(curl_##name, result (*) parameters: 1, \
	    default: 0), "curl_" #name);
HTTPC_LIB(CHECK)

#define ENTRY(result, name, parameters) \
	{ "curl_" #name, offsetof(struct httpc_lib, name) },
static const struct {
	const char *name;
	size_t at;
} entry[] = {
	HTTPC_LIB(ENTRY)
};

/* The loader's message names the file. */
static int
fault(struct err *e)
{
	return err_set(e, E_CONF, "libcurl cannot be loaded: %s", dlerror());
}

/* An older version may have all functions and still not know the options. */
static int
check_version(const struct httpc_lib *lib, struct err *e)
{
	const curl_version_info_data *v = lib->version_info(CURLVERSION_NOW);

	if (v->version_num >= OLDEST)
		return 0;
	return err_set(e, E_CONF, "libcurl cannot be used: it is release %s, "
	    "and 7.88.0 is needed", v->version);
}

int
httpc_lib_load(struct err *e)
{
	struct httpc_lib lib;
	void *handle, *p;
	size_t i;
	int rc;

	/* Its symbols stay local; the functions are looked up one by one. */
	if ((handle = dlopen(HTTPC_SONAME, RTLD_NOW | RTLD_LOCAL)) == NULL)
		return fault(e);
	for (i = 0; i < sizeof entry / sizeof entry[0]; i++) {
		if ((p = dlsym(handle, entry[i].name)) == NULL)
			return fault(e);
		/* POSIX: a function's address fits, and is the same bits. */
		memcpy((char *)&lib + entry[i].at, &p, sizeof p);
	}
	if ((rc = check_version(&lib, e)) != 0)
		return rc;
	httpc_lib = lib;
	return 0;
}
