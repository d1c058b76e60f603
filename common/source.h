/*
 * The configuration: sources/NAME.json over its profile (RFC 7396), and
 * loya.json beside the folder.  Read once, strictly: an unknown key, a wrong
 * type, a dangling pointer is E_CONF with file, line and column.  Everything
 * belongs to the struct config and does not change after config_load().
 */
#ifndef COMMON_SOURCE_H
#define COMMON_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "common/auth.h"
#include "common/buf.h"
#include "common/net.h"
#include "common/status.h"
#include "common/template.h"

/* Several ways to an id: the first way whose parts are all there is taken. */
struct id_way {
	const char **part;	/* places */
	size_t npart;
	int joined;		/* by blanks, and hashed; else there is one */
};

/* Whether signed texts, with which some senders test a hook, are taken: stored,
 * and refused as unmapped when applied.  None; those that say text/plain; any
 * body that is no JSON. */
enum receive_text { TEXT_NONE, TEXT_PLAIN, TEXT_ANY };

/* receive: how a hook takes deliveries. */
struct receive {
	int hook;		/* 0: the source has no hook, and all
				 * else but headers is empty */
	const char *lacks;	/* then: why a profile's receive is none */
	struct auth auth;
	const char *secret;	/* name in loya-token; default: the source's */
	/* organization: the body must say who it is from, else 401 */
	const char *org_place, *org_value;
	size_t org_prefix;	/* compare so many characters, 0: all */
	int org_xml;		/* only XML bodies are asked: one hook may take
				 * JSON as well, which does not say it */
	const char *each;	/* one event an element; or NULL.  With / in
				 * front: a pointer to an array in a JSON body,
				 * XML bodies are one event.  Without: a path
				 * of local names in an XML body (xml_slices),
				 * JSON bodies are one event */
	const char **root;	/* pointers, for the places of id */
	size_t nroot;
	struct id_way *id;
	size_t nid;		/* 0: each delivery is an event of its own */
	const char **headers;	/* kept in row.head, lower-case names */
	size_t nheaders;
	int xml;		/* takes XML bodies as well as JSON */
	int form;		/* and forms */
	int text;		/* enum receive_text */
	int status;		/* of the answer: 202, or as the sender wants */
	const char *answer_type, *answer_body;	/* or NULL: an empty body */
	/* instead of answer_body for a body in which this text stands */
	const char *other_holds, *other_body;
	const char *fault_body;	/* XML senders: body of a 5xx, or NULL */
	const char **origin;	/* OPTIONS: allowed WebHook-Request-Origin */
	size_t norigin;
	int64_t rate;		/* OPTIONS: requests a minute, 0: any */
	int64_t silence;	/* seconds without a delivery, while there are
				 * changes, that are told of; 0: none */
};

enum oauth_grant { OAUTH_NONE, OAUTH_CLIENT_CREDENTIALS,
    OAUTH_REFRESH_TOKEN, OAUTH_JWT_BEARER, OAUTH_SAML2_BEARER };
enum oauth_auth { OAUTH_AUTH_BASIC, OAUTH_AUTH_BODY, OAUTH_AUTH_NONE };

struct oauth_param {
	const char *name, *value;
};

/* oauth: how loya gets a token of this system. */
struct source_oauth {
	enum oauth_grant grant;	/* OAUTH_NONE: not at all, all else empty */
	const char *lacks;	/* what the file must add to its profile before
				 * this can be used, or NULL */
	const char *url;	/* of the token endpoint */
	const char *client_id;	/* or NULL */
	enum oauth_auth auth;	/* how the client says who it is */
	int encode;		/* Basic: as RFC 6749 2.3.1 says */
	const char *secret;	/* name in loya-token, NULL: auth is none */
	const char *refresh;	/* the same of the first refresh token, NULL:
				 * another grant */
	const char *scope;	/* or NULL */
	struct oauth_param *param;	/* further members of the request */
	size_t nparam;
	int json;		/* the request is JSON instead of a form */
	const char **assertion;	/* the command that prints it, or NULL */
	const char **place;	/* pointers to the token: the first text */
	size_t nplace;
	int64_t lifetime;	/* seconds, where the peer does not say; 0: it
				 * is good until it is refused */
	int64_t early, timeout;	/* seconds */
	const char *header, *prefix;	/* how a token is sent */
	int any_type;		/* the file says how: whatever token_type is */
	const char *ca;		/* file of CAs, or NULL: the system's */
};

struct rest;			/* common/rest.h */

enum push_kind { PUSH_NONE, PUSH_WEBHOOK, PUSH_REST, PUSH_EXEC };
enum { PUSH_BATCH = 200, PUSH_CONCURRENCY = 200 };

/* push: how what happens is sent to this system. */
struct push {
	enum push_kind kind;	/* PUSH_NONE: nothing is, all else empty */
	const char *lacks;	/* what must be added before anything can be
				 * sent, or NULL */
	int64_t concurrency;	/* requests at the same time, at most */
	int64_t rate;		/* requests a second, 0: any */
	int64_t timeout;	/* seconds */
	/* webhook */
	const char *url;
	const char *secret;	/* name in loya-token */
	struct http_header *header;	/* further ones */
	size_t nheader;
	const struct auth *hmac;	/* signs the body alone as well, or
				 * NULL */
	/* rest */
	struct rest *rest;
	/* webhook and rest */
	int private_too;	/* private addresses are asked as well */
	const char *ca;		/* file of CAs, or NULL: the system's */
	int oauth;		/* a token by the source's oauth is sent */
	/* exec */
	const char **command;
	int64_t batch;		/* lines a run, at most */
};

enum pull_auth { PULL_AUTH_NONE, PULL_AUTH_OAUTH, PULL_AUTH_BASIC };

/* What templates of pull may name; behind these stand the names of
 * pull.settings, then those of pull.secrets. */
enum pull_name { PULL_BASE, PULL_SINCE, PULL_UNTIL, PULL_KEY, PULL_PAGE,
    PULL_OFFSET, PULL_LIMIT, PULL_USER, PULL_PASSWORD, PULL_PART, PULL_KEYS,
    PULL_NAMES };

/* What an answer means besides its status. */
enum pull_verdict { PULL_GOOD, PULL_LATER, PULL_QUOTA, PULL_TOKEN,
    PULL_RESTART, PULL_HALVE, PULL_GONE, PULL_LOST, PULL_WRONG,
    PULL_VERDICTS };

struct pull_pair {
	const char *name;
	struct template value;
};

struct pull_words {
	const char **word;
	size_t n;
};

/* One request, and how its answer is read. */
struct pull_query {
	const char *name;	/* "changes[0]", for messages */
	const char *method;
	struct template url;
	struct pull_pair *param, *header;	/* of the URL's query */
	size_t nparam, nheader;
	struct template body;	/* n == 0: none */
	enum template_place body_place;
	const char *type;	/* of the body */
	int xml;		/* the answer is XML */
	const char *rows;	/* where they are: a pointer; with xml a path
				 * of local names */
	const char *key;	/* place in a row of its record's id, NULL */
	const char *stamp;	/* pointer in a row to what differs whenever
				 * the record does, or NULL */
	const char *next;	/* pointer to the URL of the next page, NULL */
	const char *done;	/* pointer to true on the last page, or NULL */
	const char *pages;	/* pointer to how many pages, or NULL */
	int by_offset;		/* pages of limit rows */
	int64_t limit;		/* rows of a page, 0: nobody says */
	const char *total;	/* of either: pointer to how many rows, NULL */
	const char *ok_place;	/* pointer that has to lead to one of ok */
	struct pull_words ok;
	int keys;		/* rows only name records: one reads each */
	int64_t ago;		/* seconds that its times are put back */
	const char *list;	/* whose queries say the same of a record */
};

/* What one does not give of a record: asked for by each of its elements. */
struct pull_parts {
	const char *of;		/* pointer to the elements */
	const char *name;	/* pointer in one of them to {part} */
	const char *into;	/* pointer in it to where the rows go */
	struct pull_query query;
};

/* A second line: what the system itself lists as changed or deleted, with a
 * cursor of its own. */
struct pull_missed {
	const char *cursor;	/* its name */
	struct pull_query query;
	const char *covered;	/* pointer to the time that the list is
				 * complete up to */
	const char *earliest;	/* pointer to the first time that can be asked
				 * for, or NULL */
	const char *deleted;	/* pointer in a row to when that was, or NULL:
				 * they are not deleted */
	int64_t every, reach;	/* seconds */
};

/* Several records at once, by their keys. */
struct pull_some {
	int64_t most;
	struct pull_query query;
};

/* What it means that one does not answer with the record. */
enum pull_gone { PULL_GONE_TIME, PULL_GONE_VERSION, PULL_GONE_NEVER };

/* pull: how this system's records are read. */
struct source_pull {
	int there;		/* 0: it has no pull, all else empty */
	const char *lacks;	/* what must be added before it can be read */
	const char **command;	/* or NULL */
	const char *key;	/* of its lines, as a query's */
	const char *base;	/* without a slash at its end */
	enum pull_auth auth;
	const char *user, *secret;	/* basic: its name in loya-token */
	const char **set_name, **set;	/* pull.settings */
	size_t nset;
	const char **hidden;	/* pull.secrets, and as loya-token has them */
	const char **hidden_secret;
	size_t nhidden;
	struct pull_pair *header;
	size_t nheader;
	const char *ca;
	int64_t timeout, longest;	/* seconds: of silence, of an answer */
	int64_t lookback, settle, width, tries, pause;	/* seconds */
	int64_t lead;		/* days, 0: none */
	int64_t first;		/* a time */
	const char *format;	/* of times, NULL: RFC 3339 */
	const struct zone *zone;	/* of times, NULL: UTC */
	const char *quota_header, *quota_key;	/* or NULL */
	int64_t quota_run, quota_total;	/* percent */
	int cookies;		/* are sent back within a run */
	const char *session;	/* the same for this header, or NULL */
	int gone;		/* enum pull_gone: it is, and has a time; its
				 * time as version; or it cannot be */
	struct pull_words error_place, error_message, error[PULL_VERDICTS];
	struct pull_query *changes, *all, *one;
	struct pull_query *index;	/* ids and stamps of everything */
	size_t nchanges, nall, nindex;
	struct pull_parts *parts;	/* or NULL */
	struct pull_missed *missed;
	size_t nmissed;
	struct pull_some *some;		/* or NULL */
};

/* What becomes of who is not in a complete snapshot. */
enum missing_policy { MISSING_LIST, MISSING_SUSPEND };

/* snapshot: what a read of everything that the source has may conclude. */
struct source_snapshot {
	enum missing_policy missing;
	double least;		/* share of the records known before that it
				 * has to have to be believed */
};

/* Fields that a rule of match compares, at most. */
enum { MATCH_FIELDS = 8 };

struct map;			/* common/map.h */

struct source {
	const char *name, *profile, *file;
	/* FILE:LINE:COLUMN of these sections, or of the file as a whole */
	struct {
		const char *map, *oauth, *pull, *push, *links;
	} at;
	struct receive receive;
	struct source_oauth oauth;
	struct map *map;
	/* match: each rule is a list of field names that must all be equal,
	 * MATCH_FIELDS at most */
	const char ***match;	/* NULL-terminated lists */
	size_t nmatch;
	const char *links;	/* the source that is this same system, whose
				 * records FIELD_MERGED may name; or NULL */
	struct source_pull pull;

	struct source_snapshot snapshot;
	struct push push;
	/* push.on: NULL when there is no push; else types, "*" for all */
	const char **push_on;
	size_t npush_on;
};

/* oauth of loya.json: loya as an authorization server. */
struct oauth_server {
	const char *issuer;	/* its URL as others see it; NULL: by the
				 * request */
	int64_t lifetime;	/* of tokens, seconds */
};

/* proxy of loya.json: which peers speak for others, and in which headers. */
struct proxies {
	struct net *from;
	size_t nfrom;
	int local;		/* the peers of unix addresses too */
	const char *address;	/* of the client, or NULL: it is not said */
	const char *certificate;	/* of the client, or NULL */
	const char *verified;	/* whether that one is, or NULL */
};

/* audit of loya.json: how heads of the record are called, and who signs them
 * too (C2SP verifier keys). */
struct audit_names {
	const char *origin;	/* NULL: not said */
	const char **witness;
	size_t nwitness;
};

struct config {
	const char *dir;
	struct source *source;	/* sorted by name */
	size_t nsource;
	struct authority *authority;
	struct oauth_server oauth;
	struct proxies proxies;	/* empty: there are none */
	struct audit_names audit;
	void *memory;		/* where all of it lives */
};

/* Read everything below dir.  One that has no sources is an empty
 * configuration; one that is not there is E_CONF, but for OPTIONS_CONF, which
 * nobody has named: it is empty then. */
int config_load(struct config **, const char *dir, struct err *);
void config_free(struct config *);

const struct source *config_source(const struct config *, const char *name);

/* Whether a match rule of the source (NULL: there is none) reads the field. */
int source_matches(const struct source *, const char *field);

/* The place of a source in the list of those that may decide the field: 0 is
 * the owner; -1: it is not in the list and changes nothing. */
int config_rank(const struct config *, const char *field, const char *source);

/* Whether there are fields that the source's map names and that are not its to
 * decide: they are added to the buffer, or nothing where it decides none at
 * all. */
int config_left_out(const struct config *, const struct source *,
    struct buf *);

/* Whether the source is to be told of lines of this type. */
int source_wants(const struct source *, const char *type);

/* The owner of a field (rank 0), or NULL when nobody owns it. */
const char *config_owner(const struct config *, const char *field);

/* Whether loya.json says who owns what, and not the source files alone. */
int config_authority_given(const struct config *);

/* The list for a field, NULL-terminated; never NULL. */
const char *const *config_authority(const struct config *, const char *field);

/* The attribute that rule i is about, from 0; NULL behind the last. */
const char *config_rule(const struct config *, size_t i);

/* All of the authority and all match rules, as texts that differ when they
 * differ: loya-apply brings the members in line with them. */
const char *config_authority_text(const struct config *);
const char *config_match_text(const struct config *);

#endif
