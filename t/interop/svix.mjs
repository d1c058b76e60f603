// Svix's library: its own header names, and both secrets during a rotation.
import { Webhook } from "svix";
import { at, older, post, secret } from "./hook.mjs";

const sign = (key, id, time, body) => new Webhook(key).sign(id, time, body);
const headers = (id, time, ...signatures) => ({
	"svix-id": id,
	"svix-timestamp": Math.floor(time / 1000),
	"svix-signature": signatures.join(" "),
});
const body = '{"type":"invoice.paid"}';
const now = at(0);
const signed = (id, ...keys) =>
	headers(id, now, ...keys.map((key) => sign(key, id, now, body)));

await post("signed with the newer secret", body, signed("msg_1", secret));
await post("with the older one", body, signed("msg_2", older));
await post("with both", body, signed("msg_3", older, secret));
await post("the same again", body, signed("msg_1", older));
await post("beside one of another version", body, headers("msg_4", now,
	"v2,AAAA", sign(secret, "msg_4", now, body)));
await post("only another version", body, headers("bad_1", now,
	sign(secret, "bad_1", now, body).replace("v1,", "v2,")));
await post("another body", body + "\n", signed("bad_2", secret, older));
const old = at(-330);
await post("a time too old", body,
	headers("bad_3", old, sign(secret, "bad_3", old, body)));
await post("names of both kinds mixed", body, { ...signed("bad_4", secret),
	"svix-id": "", "webhook-id": "bad_4" });
