/*
 * libcurl, loaded by the first request: it brings some thirty shared libraries,
 * and mapping them costs more than everything that a run without a request
 * does.  The parts of httpc include this instead of curl/curl.h and use the
 * functions under their own names, which go through a table here.
 *
 * A macro or a pointer cannot check the types of options.  Compiled with
 * -DHTTPC_LINKED the names are libcurl's own again, with the checks of its
 * header; `make lint` does that.
 */
#ifndef COMMON_HTTPC_LIB_H
#define COMMON_HTTPC_LIB_H

#include <curl/curl.h>

#include "common/status.h"

/* The functions used: F(result, name after curl_, parameters). */
#define HTTPC_LIB(F) \
	F(CURLcode, global_init_mem, (long, curl_malloc_callback, \
	    curl_free_callback, curl_realloc_callback, curl_strdup_callback, \
	    curl_calloc_callback)) \
	F(curl_version_info_data *, version_info, (CURLversion)) \
	F(CURL *, easy_init, (void)) \
	F(void, easy_cleanup, (CURL *)) \
	F(void, easy_reset, (CURL *)) \
	F(CURLcode, easy_setopt, (CURL *, CURLoption, ...)) \
	F(CURLcode, easy_getinfo, (CURL *, CURLINFO, ...)) \
	F(CURLcode, easy_perform, (CURL *)) \
	F(const char *, easy_strerror, (CURLcode)) \
	F(CURLU *, url, (void)) \
	F(void, url_cleanup, (CURLU *)) \
	F(CURLUcode, url_set, (CURLU *, CURLUPart, const char *, \
	    unsigned int)) \
	F(CURLM *, multi_init, (void)) \
	F(CURLMcode, multi_cleanup, (CURLM *)) \
	F(CURLMcode, multi_setopt, (CURLM *, CURLMoption, ...)) \
	F(CURLMcode, multi_add_handle, (CURLM *, CURL *)) \
	F(CURLMcode, multi_remove_handle, (CURLM *, CURL *)) \
	F(CURLMcode, multi_socket_action, \
	    (CURLM *, curl_socket_t, int, int *)) \
	F(CURLMsg *, multi_info_read, (CURLM *, int *)) \
	F(const char *, multi_strerror, (CURLMcode))

#define HTTPC_LIB_MEMBER(result, name, parameters) result (*name) parameters;
struct httpc_lib {
	HTTPC_LIB(HTTPC_LIB_MEMBER)
};

/* Empty until it is loaded. */
extern struct httpc_lib httpc_lib;

/* Load it; once only, and not from two threads at a time.  E_CONF: it is not
 * there, or cannot be used. */
int httpc_lib_load(struct err *);

#ifndef HTTPC_LINKED
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt
#define curl_global_init_mem httpc_lib.global_init_mem
#define curl_version_info httpc_lib.version_info
#define curl_easy_init httpc_lib.easy_init
#define curl_easy_cleanup httpc_lib.easy_cleanup
#define curl_easy_reset httpc_lib.easy_reset
#define curl_easy_setopt httpc_lib.easy_setopt
#define curl_easy_getinfo httpc_lib.easy_getinfo
#define curl_easy_perform httpc_lib.easy_perform
#define curl_easy_strerror httpc_lib.easy_strerror
#define curl_url httpc_lib.url
#define curl_url_cleanup httpc_lib.url_cleanup
#define curl_url_set httpc_lib.url_set
#define curl_multi_init httpc_lib.multi_init
#define curl_multi_cleanup httpc_lib.multi_cleanup
#define curl_multi_setopt httpc_lib.multi_setopt
#define curl_multi_add_handle httpc_lib.multi_add_handle
#define curl_multi_remove_handle httpc_lib.multi_remove_handle
#define curl_multi_socket_action httpc_lib.multi_socket_action
#define curl_multi_info_read httpc_lib.multi_info_read
#define curl_multi_strerror httpc_lib.multi_strerror
#endif

#endif
