// Stripe's library: generateTestHeaderString.
import Stripe from "stripe";
import { at, older, post, secret } from "./hook.mjs";

const { webhooks } = new Stripe("sk_test_none");
const event = (id) => JSON.stringify({ id, object: "event" }, null, 2);
const sign = (payload, time = at(0), key = secret, more = {}) =>
	webhooks.generateTestHeaderString({ payload, secret: key,
	    timestamp: Math.floor(time / 1000), ...more });
const send = (sentence, body, signature) =>
	post(sentence, body, { "Stripe-Signature": signature });
const both = (body) =>
	sign(body) + sign(body, at(0), older).replace(/^t=\d+/, "");

await send("signed", event("evt_1"), sign(event("evt_1")));
await send("the same again", event("evt_1"), sign(event("evt_1"), at(-9)));
await send("with the older secret", event("evt_2"),
	sign(event("evt_2"), at(0), older));
await send("with both", event("evt_3"), both(event("evt_3")));
await send("beside a v0", event("evt_4"),
	sign(event("evt_4")) + ",v0=" + "0".repeat(64));
await send("another body", event("bad_1"), sign(event("evt_1")));
await send("a time too old", event("bad_2"), sign(event("bad_2"), at(-330)));
await send("another time", event("bad_3"),
	sign(event("bad_3"), at(-2)).replace(/t=\d+/, "t=" +
	    Math.floor(at(0) / 1000)));
await send("only a v0", event("bad_4"),
	sign(event("bad_4"), at(0), secret, { scheme: "v0" }));
await send("a strange secret", event("bad_5"),
	sign(event("bad_5"), at(0), "whsec_of_somebody_else"));
await send("no time", event("bad_6"),
	sign(event("bad_6")).replace(/^t=\d+,/, ""));
