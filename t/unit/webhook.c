/* What loya signs: the published vectors of Standard Webhooks. */
#include "common/webhook.h"
#include "t/unit/tap.h"

#include "common/crypt.h"

/* standard-webhooks/standard-webhooks:libraries/python/tests/test_webhooks.py,
 * libraries/rust/src/lib.rs; svix/svix-docs:content/receiving/
 * verifying-payloads/how-manual.mdx; svix/svix-webhooks:server/svix-server/src/
 * worker.rs */
static const struct vector {
	const char *secret, *id;
	int64_t at;
	const char *body, *signature;
} vectors[] = {
	{ "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
	    "{\"test\": 2432232314}",
	    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" },
	{ "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
	    "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553,
	    "{\"email\":\"test@example.com\",\"username\":\"test_user\"}",
	    "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=" },
	{ "whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", 1731705121,
	    "{\"event_type\":\"ping\",\"data\":{\"success\":true}}",
	    "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=" },
	{ "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0"
	    "dRqSKJp4AJ6p9lMicMFs6Kvg==",
	    "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
	    "{\"test\": 2432232314}",
	    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7"
	    "AZdpXwVLPo3mNl8EM+m7TBAg==" },
};

static const char *const refused[][2] = {
	{ "", "it must begin with whsec_ (v1) or whsk_ (v1a)" },
	{ "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "it must begin with whsec_ (v1) or whsk_ (v1a)" },
	{ "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
	    "it must begin with whsec_ (v1) or whsk_ (v1a)" },
	{ "whsec_", "it must begin with whsec_ (v1) or whsk_ (v1a)" },
	{ "whsec_MfKQ9r8GKYqrTwjUPD8=",
	    "whsec_ must be base64 of 16 to 75 bytes" },
	{ "whsec_!fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    "whsec_ must be base64 of 16 to 75 bytes" },
	{ "whsk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=",
	    "whsk_ must be base64 of 64 bytes" },
};

int
main(void)
{
	char out[WEBHOOK_SIGNATURE];
	struct webhook_key k;
	const struct vector *v;
	size_t i;

	crypt_init();
	for (i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		v = &vectors[i];
		is_str(webhook_key_read(&k, v->secret, strlen(v->secret)),
		    NULL, "key %zu", i);
		webhook_sign(&k, v->id, v->at, v->body, strlen(v->body), out);
		is_str(out, v->signature, "vector %zu", i);
	}
	for (i = 0; i < sizeof refused / sizeof refused[0]; i++)
		is_str(webhook_key_read(&k, refused[i][0],
		    strlen(refused[i][0])), refused[i][1], "refused %zu", i);
	return done_testing();
}
