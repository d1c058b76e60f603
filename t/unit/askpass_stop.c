/* A user who is asked for a secret may stop the program, and go on later. */
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "common/askpass.h"
#include "common/crypt.h"

#include "t/unit/tap.h"

/* The exit status of the shell: what it found wrong. */
enum { SILENT = 1, STOPPED = 2, ECHOES = 4, AGAIN = 8, TAKEN = 16 };

static void
asked(int fd)
{
	unsigned char *word;
	struct err e = { 0 };
	size_t len;
	int good;

	dup2(fd, STDERR_FILENO);
	good = askpass_read(fd, "word", 64, &word, &len, &e) == 0 &&
	    len == 6 && memcmp(word, "sesame", 6) == 0;
	_exit(good ? 0 : 1);
}

/* Whether the echo is switched off within some seconds. */
static int
silent(int fd)
{
	struct termios t;
	int i;

	for (i = 0; i < 1000; i++) {
		if (tcgetattr(fd, &t) == 0 && (t.c_lflag & ECHO) == 0)
			return 1;
		usleep(10000);
	}
	return 0;
}

static void
type(int leader, const char *s)
{
	if (write(leader, s, strlen(s)) < 0)
		_exit(255);
}

/* What a shell does when a job is stopped and continued. */
static int
shell(int leader, int fd)
{
	struct termios t;
	int bad = 0, status;
	pid_t pid;

	setsid();
	ioctl(fd, TIOCSCTTY, 0);
	signal(SIGTTOU, SIG_IGN);
	if ((pid = fork()) == 0) {
		setpgid(0, 0);
		tcsetpgrp(fd, getpid());
		signal(SIGTTOU, SIG_DFL);
		asked(fd);
	}
	bad |= silent(fd) ? 0 : SILENT;
	type(leader, "ses\x1a");
	bad |= waitpid(pid, &status, WUNTRACED) == pid &&
	    WIFSTOPPED(status) ? 0 : STOPPED;
	bad |= tcgetattr(fd, &t) == 0 && (t.c_lflag & ECHO) != 0 ? 0 : ECHOES;
	t.c_lflag |= ECHO;
	tcsetattr(fd, TCSADRAIN, &t);
	tcsetpgrp(fd, pid);
	kill(-pid, SIGCONT);
	bad |= silent(fd) ? 0 : AGAIN;
	type(leader, "sesame\n");
	bad |= waitpid(pid, &status, 0) == pid && status == 0 ? 0 : TAKEN;
	return bad;
}

int
main(void)
{
	int leader, fd, status = -1;
	pid_t pid;

	crypt_init();
	if (openpty(&leader, &fd, NULL, NULL, NULL) != 0)
		return 1;
	alarm(60);
	if ((pid = fork()) == 0)
		_exit(shell(leader, fd));
	waitpid(pid, &status, 0);
	status = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
	is_int(status & SILENT, 0, "the echo is off");
	is_int(status & STOPPED, 0, "the user may stop the program at the "
	    "prompt");
	is_int(status & ECHOES, 0, "the terminal echoes then");
	is_int(status & AGAIN, 0, "and no more when the program goes on");
	is_int(status & TAKEN, 0, "what is typed then is taken");
	return done_testing();
}
