/*
 * loya-recv as a server: listeners, signals, the committing thread and standard
 * output, in one loop.
 */
#ifndef COMMON_SERVER_H
#define COMMON_SERVER_H

#include "common/httpd.h"
#include "common/listen.h"
#include "common/receive.h"

struct server_setup {
	struct store *store;
	struct receiver *receiver;
	struct listeners *listeners;
	const struct httpd_limits *limits;
	const struct httpd_tls *tls;	/* or NULL */
	int out_fd;			/* new events; -1: nowhere */
};

/* From here on SIGTERM, SIGINT and SIGHUP wait until server_run() reads them:
 * call it before there is a listener. */
void server_hold_signals(void);

/*
 * Serve until SIGTERM or SIGINT, then finish what is under way.  SIGHUP reads
 * the configuration again.  Returns the exit status: EXIT_DONE, or EXIT_IO if a
 * commit failed in such a way that it is unknown what is on the disk.  If it
 * could not start, returns a negative code and *e.
 */
int server_run(const struct server_setup *, struct err *e);

#endif
