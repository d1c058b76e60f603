// The reference library of Standard Webhooks.
import { Webhook } from "standardwebhooks";
import { at, older, post, secret, strange } from "./hook.mjs";

const signed = (key, id, time, body) => ({
	"webhook-id": id,
	"webhook-timestamp": Math.floor(time / 1000),
	"webhook-signature": new Webhook(key).sign(id, time, body),
});
const body = '{"type":"user.updated","data":{"name":"Ærøskøbing 😀"}}';
const good = signed(secret, "msg_1", at(0), body);
const next = (id) => signed(secret, id, at(0), body);

await post("signed", body, good);
await post("the same again", body, good);
await post("sent anew with another time", body,
	signed(secret, "msg_1", at(-270), body));
await post("a clock that is fast", body,
	signed(secret, "msg_2", at(270), body));
await post("an empty object", "{}", signed(secret, "msg_3", at(0), "{}"));
await post("the older secret", body,
	signed(older, "msg_4", at(0), body));
await post("two signatures, one ours", body, { ...next("msg_5"),
	"webhook-signature": [strange, secret].map((key) => signed(key,
	    "msg_5", at(0), body)["webhook-signature"]).join(" ") });
await post("another body", body + " ", next("bad_1"));
await post("another id", body, { ...good, "webhook-id": "bad_2" });
await post("another time", body, { ...next("bad_3"),
	"webhook-timestamp": Math.floor(at(-9) / 1000) });
await post("a time too old", body,
	signed(secret, "bad_4", at(-330), body));
await post("a time to come", body, signed(secret, "bad_5", at(330), body));
await post("a strange secret", body, signed(strange, "bad_6", at(0), body));
for (const name of Object.keys(good)) {
	const { [name]: _, ...rest } = next("bad_7");
	await post(`no ${name}`, body, rest);
}
