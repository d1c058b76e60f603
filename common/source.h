/*
 * The configuration: sources/NAME.json over its profile (RFC 7396), and
 * loya.json beside that folder.  Read once, strictly: an unknown key, a wrong
 * type or a dangling pointer is E_CONF with file, line and column.  Everything
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

/* One way to form an id; the first way whose parts are all there is used. */
struct id_way {
	const char **part;	/* places */
	size_t npart;
	int joined;		/* parts are joined by blanks and hashed; 0:
				 * there is only one */
};

/* Whether signed texts, with which some senders test a hook, are accepted
 * (stored, and refused as unmapped when applied): none; those that say
 * text/plain; any body that is not JSON. */
enum receive_text { TEXT_NONE, TEXT_PLAIN, TEXT_ANY };

/* receive: how a hook takes deliveries. */
struct receive {
	int hook;		/* 0: the source has no hook, and everything
				 * else but headers and secret is empty */
	const char *lacks;	/* then: what the profile's receive lacks */
	struct auth auth;
	const char *secret;	/* name in loya-token; never NULL, default: the
				 * source's name */
	/* organization: the body must say who it is from, else 401 */
	const char *org_place, *org_value;
	size_t org_prefix;	/* compare this many characters, 0: all */
	int org_xml;		/* only XML bodies are checked: a hook may also
				 * take JSON, which does not say it */
	const char *each;	/* each element is an event; or NULL.  With a
				 * leading /: a pointer to an array in a JSON
				 * body, and an XML body is one event.  Else: a
				 * path of local names in an XML body
				 * (xml_slices), and a JSON body is one event */
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
	/* Instead of answer_body, if the request's body contains
	 * other_holds. */
	const char *other_holds, *other_body;
	const char *fault_body;	/* XML senders: body of a 5xx, or NULL */
	const char **origin;	/* OPTIONS: allowed WebHook-Request-Origin */
	size_t norigin;
	int64_t rate;		/* OPTIONS: requests per minute, 0: any */
	int64_t silence;	/* seconds without a delivery, although there
				 * are changes, after which to warn; 0: never */
};

enum oauth_grant { OAUTH_NONE, OAUTH_CLIENT_CREDENTIALS,
    OAUTH_REFRESH_TOKEN, OAUTH_JWT_BEARER, OAUTH_SAML2_BEARER };
enum oauth_auth { OAUTH_AUTH_BASIC, OAUTH_AUTH_BODY, OAUTH_AUTH_NONE };

struct oauth_param {
	const char *name, *value;
};

/* oauth: how loya gets a token from this system. */
struct source_oauth {
	enum oauth_grant grant;	/* OAUTH_NONE: not at all, all else empty */
	const char *lacks;	/* what the file must add to its profile before
				 * this can be used, or NULL */
	const char *url;	/* of the token endpoint */
	const char *client_id;	/* or NULL */
	enum oauth_auth auth;	/* how the client identifies itself */
	int encode;		/* Basic: as in RFC 6749 section 2.3.1 */
	const char *secret;	/* name in loya-token, NULL: auth is none */
	const char *refresh;	/* that of the first refresh token, NULL: other
				 * grants */
	const char *scope;	/* or NULL */
	struct oauth_param *param;	/* further members of the request */
	size_t nparam;
	int json;		/* the request is JSON instead of a form */
	const char **assertion;	/* the command that prints it, or NULL */
	const char **place;	/* pointers to the token: the first text */
	size_t nplace;
	int64_t lifetime;	/* seconds, if the peer does not say; 0: valid
				 * until it is refused */
	int64_t early, timeout;	/* seconds */
	const char *header, *prefix;	/* how a token is sent */
	int any_type;		/* the file says how; ignore token_type */
	const char *ca;		/* file of CAs, or NULL: the system's */
};

struct rest;			/* common/rest.h */

enum push_kind { PUSH_NONE, PUSH_WEBHOOK, PUSH_REST, PUSH_EXEC };
enum { PUSH_BATCH = 200, PUSH_CONCURRENCY = 200 };

/* push: how events are sent to this system. */
struct push {
	enum push_kind kind;	/* PUSH_NONE: not at all, all else empty */
	const char *lacks;	/* what must be added before anything can be
				 * sent, or NULL */
	int64_t concurrency;	/* most requests at the same time */
	int64_t rate;		/* requests per second, 0: any */
	int64_t timeout;	/* seconds */
	/* webhook */
	const char *url;
	const char *secret;	/* name in loya-token */
	struct http_header *header;	/* additional ones */
	size_t nheader;
	const struct auth *hmac;	/* signs the body alone as well, or
				 * NULL */
	/* rest */
	struct rest *rest;
	/* webhook and rest */
	int private_too;	/* private addresses are allowed */
	const char *ca;		/* file of CAs, or NULL: the system's */
	int oauth;		/* send a token from the source's oauth */
	/* exec */
	const char **command;
	int64_t batch;		/* most lines per run */
};

enum pull_auth { PULL_AUTH_NONE, PULL_AUTH_OAUTH, PULL_AUTH_BASIC };

/* What templates of pull may name; after these come the names of pull.settings,
 * then those of pull.secrets. */
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
	const char *stamp;	/* pointer in a row to a value that changes
				 * whenever the record does, or NULL */
	const char *next;	/* pointer to the URL of the next page, NULL */
	const char *done;	/* pointer to true on the last page, or NULL */
	const char *pages;	/* pointer to the number of pages, or NULL */
	int by_offset;		/* pages of limit rows */
	int64_t limit;		/* rows of a page, 0: not said */
	const char *total;	/* pointer to the number of rows, with pages
				 * or by_offset; or NULL */
	const char *ok_place;	/* pointer that must lead to one of ok */
	struct pull_words ok;
	int keys;		/* rows only name records: one reads each */
	int64_t ago;		/* seconds by which its times are put back */
	const char *list;	/* queries with the same list say the same of a
				 * record */
};

/* What `one` does not give of a record: asked for once per element. */
struct pull_parts {
	const char *of;		/* pointer to the elements */
	const char *name;	/* pointer in one of them to {part} */
	const char *into;	/* pointer in it to where the rows go */
	struct pull_query query;
};

/* A second source of changes: what the system itself lists as changed or
 * deleted, with its own cursor. */
struct pull_missed {
	const char *cursor;	/* its name */
	struct pull_query query;
	const char *covered;	/* pointer to the time up to which the list is
				 * complete */
	const char *earliest;	/* pointer to the earliest time that can be
				 * asked for, or NULL */
	const char *deleted;	/* pointer in a row to when the record was
				 * deleted, or NULL: none are */
	int64_t every, reach;	/* seconds */
};

/* Several records at once, by their keys. */
struct pull_some {
	int64_t most;
	struct pull_query query;
};

/* What it means if `one` does not answer with the record. */
enum pull_gone { PULL_GONE_TIME, PULL_GONE_VERSION, PULL_GONE_NEVER };

/* pull: how this system's records are read. */
struct source_pull {
	int there;		/* 0: it has no pull, all else empty */
	const char *lacks;	/* what must be added before it can be read */
	const char **command;	/* or NULL */
	const char *key;	/* of its lines, like that of a query */
	const char *base;	/* without a trailing slash */
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
	int cookies;		/* send them back within a run */
	const char *session;	/* likewise this header, or NULL */
	int gone;		/* enum pull_gone: the record is gone, and has a
				 * time, or its time as version; or it cannot be
				 * gone */
	struct pull_words error_place, error_message, error[PULL_VERDICTS];
	struct pull_query *changes, *all, *one;
	struct pull_query *index;	/* ids and stamps of everything */
	size_t nchanges, nall, nindex;
	struct pull_parts *parts;	/* or NULL */
	struct pull_missed *missed;
	size_t nmissed;
	struct pull_some *some;		/* or NULL */
};

/* What happens to members that are not in a complete snapshot. */
enum missing_policy { MISSING_LIST, MISSING_SUSPEND };

/* snapshot: what a read of everything that the source has may conclude. */
struct source_snapshot {
	enum missing_policy missing;
	double least;		/* ratio of the records known before that it
				 * must have to be believed */
};

/* Most fields that a match rule may compare. */
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
	/* match: each rule is a list of at most MATCH_FIELDS names of fields
	 * that must all be equal. */
	const char ***match;	/* NULL-terminated lists */
	size_t nmatch;
	const char *links;	/* the source that is the same system, whose
				 * records FIELD_MERGED may name; or NULL */
	struct source_pull pull;

	struct source_snapshot snapshot;
	struct push push;
	/* push.on: NULL when there is no push; else types, "*" for all */
	const char **push_on;
	size_t npush_on;
	/* All of the above that are names in loya-token, a hook's also if it is
	 * only prepared. */
	const char **secret;
	size_t nsecret;
};

/* oauth in loya.json: loya as an authorization server. */
struct oauth_server {
	const char *issuer;	/* its URL as others see it; NULL: from the
				 * request */
	int64_t lifetime;	/* of tokens, seconds */
};

/* proxy in loya.json: which peers speak for others, and in which headers. */
struct proxies {
	struct net *from;
	size_t nfrom;
	int local;		/* also the peers of unix addresses */
	const char *address;	/* header: the client's address, or NULL */
	const char *certificate;	/* its certificate, or NULL */
	const char *verified;	/* whether that was verified, or NULL */
};

/* audit in loya.json: the name of the log in heads of the record, and who
 * cosigns them (C2SP verifier keys). */
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

/* Read everything below dir.  A folder without sources is an empty
 * configuration.  One that does not exist is E_CONF, except OPTIONS_CONF, which
 * nobody named: that is empty then. */
int config_load(struct config **, const char *dir, struct err *);
void config_free(struct config *);

const struct source *config_source(const struct config *, const char *name);

/* Whether a match rule of the source (NULL: there is none) reads the field. */
int source_matches(const struct source *, const char *field);

/* The place of a source in the list of those that may decide the field: 0 for
 * the owner; -1: it is not in the list and changes nothing. */
int config_rank(const struct config *, const char *field, const char *source);

/* Whether the source's map names fields that it may not decide: these are
 * appended to the buffer, or nothing if it may decide none at all. */
int config_left_out(const struct config *, const struct source *,
    struct buf *);

/* Whether lines of this type are to be sent to the source. */
int source_wants(const struct source *, const char *type);

/* The owner of a field (rank 0), or NULL if it has none. */
const char *config_owner(const struct config *, const char *field);

/* Whether loya.json says who owns what, rather than the source files alone. */
int config_authority_given(const struct config *);

/* The list for a field, NULL-terminated; never NULL. */
const char *const *config_authority(const struct config *, const char *field);

/* The attribute of rule i, from 0; NULL after the last. */
const char *config_rule(const struct config *, size_t i);

/* The whole authority and all match rules as texts, which differ whenever those
 * do: loya-apply brings the members in line with them. */
const char *config_authority_text(const struct config *);
const char *config_match_text(const struct config *);

#endif
