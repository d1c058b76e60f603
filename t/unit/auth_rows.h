/*
 * Schemes of senders as rows: knobs, secret, a signed request.  Rows marked
 * "own" have no published vector; their signature was made with openssl(1).
 */
#ifndef T_AUTH_ROWS_H
#define T_AUTH_ROWS_H

#include "common/auth.h"

#define PARTS(...) .part = (struct auth_part[]){ __VA_ARGS__ }, \
    .npart = sizeof (struct auth_part[]){ __VA_ARGS__ } / \
    sizeof (struct auth_part)
#define LITERAL(s) { AUTH_LITERAL, s }
#define BODY { AUTH_BODY, NULL }
#define TIME { AUTH_TIMESTAMP, NULL }
#define METHOD { AUTH_METHOD, NULL }
#define URL { AUTH_URL, NULL }
#define SECRET { AUTH_SECRET, NULL }
#define HEADER(s) { AUTH_HEADER_VALUE, s }

#define OWN_BODY "{\"id\":1,\"name\":\"Jos\\u00e9\"}"
#define CONVOY_BODY \
    "{\"event\":\"charge.success\",\"amount\":1000,\"currency\":\"NGN\"}"
#define HUBSPOT_SECRET "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
#define HUBSPOT_TIME "X-HubSpot-Request-Timestamp"

struct row {
	const char *name;
	struct auth auth;
	const char *secret, *method, *target;
	struct http_header header[4];	/* the signature first */
	const char *body;
	int64_t at;		/* seconds */
};

static struct row rows[] = {
	/* github/docs:content/webhooks/using-webhooks/
	 * validating-webhook-deliveries.md */
	{ .name = "GitHub", .secret = "It's a Secret to Everybody",
	  .auth = { .header = "X-Hub-Signature-256", .prefix = "sha256=" },
	  .header = { { "x-hub-signature-256", "sha256=757107ea0eb2509fc211221"
	    "cce984b8a37570b6d7586c22c46f4379c8b043e17" } },
	  .body = "Hello, World!" },
	/* slackapi/python-slack-sdk:tests/slack_sdk/signature/
	 * test_signature_verifier.py */
	{ .name = "Slack v0", .secret = "8f742231b10e8888abcd99yyyzzz85a5",
	  .auth = { .header = "X-Slack-Signature", .prefix = "v0=",
	    PARTS(LITERAL("v0:"), TIME, LITERAL(":"), BODY),
	    .timestamp = "X-Slack-Request-Timestamp", .tolerance = 300 },
	  .header = { { "X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316"
	    "235a7b4a8d21a10bd27519666489c69b503" },
	    { "X-Slack-Request-Timestamp", "1531420618" } },
	  .body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&"
	    "team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&"
	    "user_id=U2CERLKJA&user_name=roadrunner&"
	    "command=%2Fwebhook-collect&text=&response_url="
	    "https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F"
	    "397700885554%2F96rGlfmibIGlgcZRskXaIFfN&"
	    "trigger_id=398738663015.47445629121."
	    "803a0bc887a14d10d2c447fce8b6703c",
	  .at = 1531420618 },
	/* own */
	{ .name = "Stripe", .secret = "whsec_test_secret",
	  .auth = { .header = "Stripe-Signature", .field = "v1",
	    .timestamp_field = "t", PARTS(TIME, LITERAL("."), BODY),
	    .tolerance = 300 },
	  .header = { { "Stripe-Signature", "t=1492774577,v1=aa767beb625d22b04a"
	    "cdf9de940111f4d081d894d1a1d5cceac2bfb29cc313f8" } },
	  .body = OWN_BODY, .at = 1492774577 },
	/* https://developers.hubspot.com/docs/faq/v1-request-validation */
	{ .name = "HubSpot v1", .secret = HUBSPOT_SECRET,
	  .auth = { .hash = AUTH_PLAIN_SHA256, .header = "X-HubSpot-Signature",
	    PARTS(SECRET, BODY) },
	  .header = { { "X-HubSpot-Signature", "232db2615f3d666fe21a8ec971ac7b5"
	    "402d33b9a925784df3ca654d05f4817de" } },
	  .body = "[{\"eventId\":1,\"subscriptionId\":12345,"
	    "\"portalId\":62515,\"occurredAt\":1564113600000,"
	    "\"subscriptionType\":\"contact.creation\",\"attemptNumber\":0,"
	    "\"objectId\":123,\"changeSource\":\"CRM\",\"changeFlag\":\"NEW\","
	    "\"appId\":54321}]" },
	/* https://developers.hubspot.com/docs/faq/v2-request-validation,
	 * HubSpot/hubspot-api-nodejs:test/unit/signature.spec.ts */
	{ .name = "HubSpot v2, GET", .secret = HUBSPOT_SECRET,
	  .auth = { .hash = AUTH_PLAIN_SHA256, .header = "X-HubSpot-Signature",
	    .url = "https://www.example.com",
	    PARTS(SECRET, METHOD, URL, BODY) },
	  .method = "GET", .target = "/webhook_uri",
	  .header = { { "X-HubSpot-Signature", "eee2dddcc73c94d699f5e395f4b9d45"
	    "4a069a6855fbfa152e91e88823087200e" } },
	  .body = "" },
	{ .name = "HubSpot v2, POST", .secret = HUBSPOT_SECRET,
	  .auth = { .hash = AUTH_PLAIN_SHA256, .header = "X-HubSpot-Signature",
	    .url = "https://www.example.com",
	    PARTS(SECRET, METHOD, URL, BODY) },
	  .target = "/webhook_uri",
	  .header = { { "X-HubSpot-Signature", "9569219f8ba981ffa6f6f16aa0f4863"
	    "7d35d728c7e4d93d0d52efaa512af7900" } },
	  .body = "{\"example_field\":\"example_value\"}" },
	/* own: %40 is decoded before signing, %20 is not */
	{ .name = "HubSpot v3", .secret = "hush",
	  .auth = { .encoding = AUTH_BASE64, .url_decode = 1,
	    .header = "X-HubSpot-Signature-v3", .timestamp = HUBSPOT_TIME,
	    .unit = AUTH_MILLISECONDS, .url = "https://www.example.com",
	    PARTS(METHOD, URL, BODY, TIME), .tolerance = 300 },
	  .target = "/hooks/hs?to=a%40b.c&n=%20x",
	  .header = { { "X-HubSpot-Signature-v3",
	    "KIwryn71frPt8x+ZRMcI37iTAEeFpcRn1oZgvXqflgY=" },
	    { HUBSPOT_TIME, "1700000000000" } },
	  .body = OWN_BODY, .at = 1700000000 },
	/* own */
	{ .name = "Shopify", .secret = "hush",
	  .auth = { .encoding = AUTH_BASE64,
	    .header = "X-Shopify-Hmac-SHA256" },
	  .header = { { "X-Shopify-Hmac-SHA256",
	    "9cESSgjdw9hLEeCz+DMpe2zFVJiKyQ8fGboA43gax/8=" } },
	  .body = OWN_BODY },
	/* own */
	{ .name = "HiBob", .secret = "hush",
	  .auth = { .hash = AUTH_HMAC_SHA512, .encoding = AUTH_BASE64,
	    .header = "Bob-Signature" },
	  .header = { { "Bob-Signature", "lVRI60yWMD2JSNgY9nY4hcTkpEgk7jDm1774"
	    "iOjzdLBWS7Txs12uSYlBGqHRlX7ghuooONxEkKNfUcZ5xOTEaQ==" } },
	  .body = OWN_BODY },
	/* own */
	{ .name = "BambooHR", .secret = "hush",
	  .auth = { .header = "X-BambooHR-Signature",
	    .timestamp = "X-BambooHR-Timestamp", PARTS(BODY, TIME),
	    .tolerance = 300 },
	  .header = { { "X-BambooHR-Signature", "720d5a3d4833c9d0672931c163e321"
	    "7a9bfc4162bf1a263b9d1b3b68dd9f9f2f" },
	    { "X-BambooHR-Timestamp", "1700000000" } },
	  .body = OWN_BODY, .at = 1700000000 },
	/* own */
	{ .name = "Greenhouse", .secret = "hush",
	  .auth = { .header = "Signature", .prefix = "sha256 " },
	  .header = { { "Signature", "sha256 f5c1124a08ddc3d84b11e0b3f833297b6c"
	    "c554988ac90f1f19ba00e3781ac7ff" } },
	  .body = OWN_BODY },
	/* own */
	{ .name = "Deel", .secret = "hush",
	  .auth = { .header = "x-deel-signature",
	    PARTS(LITERAL("POST"), BODY) },
	  .header = { { "X-Deel-Signature", "6db1cc6d0ec556bae9cd0dd0d6b8aedbd7"
	    "31d9d39eac41446ecf407fa9d0fcf8" } },
	  .body = OWN_BODY },
	/* own; the timestamp and colon convention of Apex callouts,
	 * rduranSFDC/salesforce-aws-webhook:README.md */
	{ .name = "Apex", .secret = "hush",
	  .auth = { .encoding = AUTH_BASE64, .header = "X-Signature",
	    .timestamp = "X-Timestamp", .unit = AUTH_RFC3339,
	    PARTS(TIME, LITERAL(":"), BODY), .tolerance = 300 },
	  .header = { { "X-Signature",
	    "Y/DeAJlbgp0GCLh1h8EZOVMdF+bhKfw4wIm+o5oi1JM=" },
	    { "X-Timestamp", "2026-03-04T05:06:07Z" } },
	  .body = OWN_BODY, .at = 1772600767 },
	/* own; hook0/hook0: time.header names.header values.body */
	{ .name = "Hook0", .secret = "hush",
	  .auth = { .header = "X-Hook0-Signature", .field = "v1",
	    .timestamp_field = "t", .tolerance = 300,
	    PARTS(TIME, LITERAL(".x-event-id x-event-type."),
	    HEADER("x-event-id"), LITERAL("."), HEADER("x-event-type"),
	    LITERAL("."), BODY) },
	  .header = { { "X-Hook0-Signature", "t=1700000000,h=x-event-id x-event"
	    "-type,v1=87b146faa031a3960ef43b92eec0607cf0b47571f690b8f91d8ed1b7"
	    "8386dde4" },
	    { "X-Event-Id", "e1" }, { "X-Event-Type", "user.created" } },
	  .body = OWN_BODY, .at = 1700000000 },
	/* frain-dev/convoy:pkg/signature/testdata/signature-vectors.json */
	{ .name = "Convoy simple", .secret = "convoy-webhook-secret",
	  .auth = { .header = "X-Convoy-Signature" },
	  .header = { { "X-Convoy-Signature", "244449b7f48cbc2709060c9dcdc2b3aa"
	    "47a78f540430579015c579fb12defbb4" } },
	  .body = CONVOY_BODY },
	{ .name = "Convoy advanced", .secret = "convoy-webhook-secret",
	  .auth = { .header = "X-Convoy-Signature", .field = "v1",
	    .timestamp_field = "t", PARTS(TIME, LITERAL(","), BODY),
	    .tolerance = 300 },
	  .header = { { "X-Convoy-Signature", "t=1700000000,v1=77b8b9269f25a199"
	    "846a55a2bd25b3fba151c70fdae60bb1dcd87fbbc943c55c" } },
	  .body = CONVOY_BODY, .at = 1700000000 },
	{ .name = "Convoy advanced, base64", .secret = "convoy-webhook-secret",
	  .auth = { .header = "X-Convoy-Signature", .field = "v1",
	    .timestamp_field = "t", PARTS(TIME, LITERAL(","), BODY),
	    .encoding = AUTH_BASE64, .tolerance = 300 },
	  .header = { { "X-Convoy-Signature", "t=1700000000,"
	    "v1=d7i5Jp8loZmEalWivSWz+6FRxw/a5gux3Nh/u8lDxVw=" } },
	  .body = CONVOY_BODY, .at = 1700000000 },
	/* salesforce Data 360: own vector of the MAC alone */
	{ .name = "Data 360", .secret = "loya-test-signing-key",
	  .auth = { .encoding = AUTH_BASE64, .header = "x-signature" },
	  .header = { { "x-signature",
	    "Nz+ulD9/SnCC+/ZV+MmOPdrGVN/kGTw7OhVh2YWsp5s=" } },
	  .body = "{\"EventType\":\"DataObjectDataChgEvent\","
	    "\"EventPrompt\":\"UPDATE\"}" },
};

#endif
