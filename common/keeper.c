#include "common/keeper.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/die.h"

void
keeper_warn_readable(void)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_mode & (S_IRGRP | S_IROTH)) != 0)
		warn("standard output: others can read this file: its mode is "
		    "0%o", (unsigned)st.st_mode & 0777);
}
