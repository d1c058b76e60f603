/*
 * Reading source files, split by section.
 */
#ifndef COMMON_SOURCE_INNER_H
#define COMMON_SOURCE_INNER_H

#include "common/arena.h"
#include "common/change.h"
#include "common/conf.h"
#include "common/source.h"

/* receive and receive.auth; complaints go to the node's conf. */
void receive_conf(const struct node *, struct arena *, struct source *);
void receive_auth_conf(const struct node *, struct arena *, struct auth *);

/* audit, oauth of loya.json. */
void audit_conf(const struct node *, struct arena *, struct audit_names *);
void oauth_server_conf(const struct node *, struct arena *,
    struct oauth_server *);

/* oauth; the node is the root of the file, whose pull has the base. */
void oauth_conf(const struct node *root, struct arena *, struct source *);

/* snapshot; n NULL: the file has none. */
void snapshot_conf(const struct node *n, struct source *);

/* push; the node is the root of the file. */
void push_conf(const struct node *root, struct arena *, struct source *);

/* pull; the node is the root of the file, whose oauth was already read. */
void pull_conf(const struct node *root, struct arena *, struct source *);

/* One of its queries (source_query.c); name is what messages call it. */
void query_conf(const struct node *, struct arena *,
    struct source_pull *, const char *name, struct pull_query *);

/* pull.some and pull.missed (source_missed.c). */
void missed_conf(const struct node *, struct arena *, struct source_pull *);

/* A member that is an object of names and templates. */
void pairs_conf(const struct node *, const char *key, struct arena *,
    struct source_pull *, struct pull_pair **, size_t *n);

/* push.rest; root as above. */
void rest_conf(const struct node *root, const struct node *, struct arena *,
    struct source *);

/* answer, of all requests or of one. */
struct rest_answer;
void rest_answer_conf(const struct node *, struct arena *,
    struct rest_answer *);

/* Settings that all requests to a target share: private, oauth, timeout, ca. */
void push_peer_conf(const struct node *, struct arena *, struct push *);

/* on: the types of events that something is for; 0 if it is not there. */
int push_on_conf(const struct node *, struct arena *, const char ***on,
    size_t *count);

/* Complain if this is not the name of a header that a file may set. */
void push_header_ok(const struct node *, const char *name);

/* A member that is a command, ended by NULL; 0 if it is not there. */
int source_command(const struct node *, const char *key, struct arena *,
    const char ***);

/* Something is missing: complain if the file has this section itself; that of a
 * profile alone is only prepared, and *lacks is told. */
void source_missing(const struct node *, struct arena *, const char **lacks,
    const char *what);

/* Whether loya-token accepts this as a name. */
int source_secret_name(const char *);

/* A member that is the name of a header (RFC 9110 section 5.6.2), as
 * conf_string(). */
int source_header_name(const struct node *, const char *key, struct arena *,
    const char **v);

/* proxy of loya.json. */
void proxies_conf(const struct node *, struct arena *, struct proxies *);

/* Who decides the fields. */
struct rule {
	const char *field;
	const char **list;	/* NULL-terminated */
};

struct authority {
	const char **core[F_CORE];
	struct rule *rule;	/* attributes, sorted by name */
	size_t nrule;
	const char **rest;	/* every other attribute */
	int given;		/* loya.json has rules */
	const char *text, *match;	/* see authority_texts() */
};

/* The rules of loya.json (n NULL: it has none), or those that follow from the
 * sources alone.  0, or E_CONF and *e; complaints about the file itself go to
 * its conf. */
int authority_conf(const struct node *n, struct arena *, struct config *,
    struct err *e);

/* match and authority as canonical text, in the arena. */
void authority_texts(struct config *, struct arena *);

#endif
