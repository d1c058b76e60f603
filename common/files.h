/*
 * How many descriptors this process may have.
 */
#ifndef COMMON_FILES_H
#define COMMON_FILES_H

#include <stdint.h>

/* Let it have want of them at least, as far as the system allows: how many it
 * may have now. */
uint64_t files_raise(uint64_t want);

#endif
