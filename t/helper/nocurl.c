/* A libcurl that cannot be used: with -DOLD it has all functions but is too
 * old, else it has only a release number. */
struct version_info {		/* as it begins in curl/curl.h */
	int age;
	const char *version;
	unsigned int version_num;
};

struct version_info *curl_version_info(int);

#ifdef OLD
enum { RELEASE = 0x075700 };
#define HOLLOW(name) void curl_##name(void); void curl_##name(void) { }
HOLLOW(global_init_mem)
HOLLOW(easy_init)
HOLLOW(easy_cleanup)
HOLLOW(easy_reset)
HOLLOW(easy_setopt)
HOLLOW(easy_getinfo)
HOLLOW(easy_perform)
HOLLOW(easy_strerror)
HOLLOW(multi_init)
HOLLOW(multi_cleanup)
HOLLOW(multi_setopt)
HOLLOW(multi_add_handle)
HOLLOW(multi_remove_handle)
HOLLOW(multi_socket_action)
HOLLOW(multi_info_read)
HOLLOW(multi_strerror)
HOLLOW(url)
HOLLOW(url_cleanup)
HOLLOW(url_set)
#else
enum { RELEASE = 0x080000 };
#endif

struct version_info *
curl_version_info(int age)
{
	static struct version_info info = { 0, "7.87.0", RELEASE };

	(void)age;
	return &info;
}
