// v1a of Standard Webhooks, which no library signs: by the Ed25519 of Node.
// The secret is the private key.
import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { at, post, secret } from "./hook.mjs";

const key = createPrivateKey({ key: Buffer.from(secret, "base64"),
	format: "der", type: "pkcs8" });
const open = createPublicKey(key).export({ format: "der", type: "spki" })
	.subarray(-32);
const time = at(0);
const headers = (id, ...signatures) => ({
	"webhook-id": id,
	"webhook-timestamp": Math.floor(time / 1000),
	"webhook-signature": signatures.join(" "),
});
const v1a = (id, body) => "v1a," + sign(null,
	Buffer.from(`${id}.${Math.floor(time / 1000)}.${body}`), key)
	.toString("base64");
const body = '{"name":"é"}';

await post("signed", body, headers("a-1", v1a("a-1", body)));
await post("beside a v1", body,
	headers("a-2", "v1,AAAA", v1a("a-2", body)));
await post("another body", body + " ", headers("bad-1", v1a("bad-1", body)));
await post("another id", body, headers("bad-2", v1a("a-1", body)));
await post("called v1", body,
	headers("bad-3", v1a("bad-3", body).replace("v1a", "v1")));
await post("a hash keyed with the public key", body, headers("bad-4",
	new Webhook(open, { format: "raw" }).sign("bad-4", time, body)));
