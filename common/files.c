#include "common/files.h"

#include <sys/resource.h>

uint64_t
files_raise(uint64_t want)
{
	struct rlimit r;
	rlim_t was;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return want;
	was = r.rlim_cur;
	if (was >= want)
		return was;
	r.rlim_cur = r.rlim_max < want ? r.rlim_max : want;
	return setrlimit(RLIMIT_NOFILE, &r) == 0 ? r.rlim_cur : was;
}
