// The SDK of CloudEvents: its emitter in both modes, and batches, which it
// reads but has no function to send.  The secret is a token.
import { CloudEvent, HTTP, Mode, emitterFor, httpTransport } from "cloudevents";
import { post, secret, url } from "./hook.mjs";

const event = (id, more = {}) => new CloudEvent({
	id, source: "/hr/1", type: "com.example.person", subject: "E1001",
	time: "2026-03-04T05:06:07.890Z", data: { given_name: "Åsa" }, ...more,
}, false);
const bearer = { Authorization: "Bearer " + secret };
const send = (sentence, { headers, body }, more = bearer) =>
	post(sentence, body, { ...headers, ...more });
const batch = (...events) => ({
	headers: { "Content-Type": "application/cloudevents-batch+json" },
	body: JSON.stringify(events),
});
const emit = async (sentence, mode, ce, headers) => {
	const transport = httpTransport(url);
	const answer = await emitterFor(transport, { mode })(ce, { headers });
	console.log(answer.headers["www-authenticate"] ? "refused" : "taken",
	    sentence);
};

await emit("binary, by its transport", Mode.BINARY, event("b-1"), bearer);
await emit("structured, by its transport", Mode.STRUCTURED, event("s-1"),
	bearer);
await emit("without the token", Mode.BINARY, event("bad-1"), {});

await send("binary", HTTP.binary(event("b-2")));
await send("binary again", HTTP.binary(event("b-2")));
await send("structured", HTTP.structured(event("s-2")));
await send("what was sent as binary", HTTP.structured(event("b-1")));
await send("structured, data in base64",
	HTTP.structured(event("s-3", { data: new Uint8Array([0, 1, 255]),
	    datacontenttype: "application/octet-stream" })));
await send("binary, extensions", HTTP.binary(event("b-3",
	{ sequence: "7", flag: true })));
await send("a batch", batch(event("l-1"), event("l-2"), event("s-2")));
await send("an empty batch", batch());
await send("a batch of which one is none",
	batch(event("bad-2"), { id: "bad-3" }));
await send("no type", HTTP.binary(event("bad-4", { type: undefined })));
await send("structured without the token", HTTP.structured(event("bad-5")), {});
await send("another token", HTTP.structured(event("bad-6")),
	{ Authorization: "Bearer " + secret.replace(/.$/, "!") });
await send("binary, and not JSON", HTTP.binary(event("bad-7",
	{ data: "text", datacontenttype: "text/plain" })));
await send("binary, nothing in it", HTTP.binary(event("bad-8",
	{ data: undefined })));
await send("binary, a subject that it does not encode",
	HTTP.binary(event("bad-9", { subject: "E\u00ff" })));
await send("the same, structured",
	HTTP.structured(event("s-4", { subject: "E\u00ff" })));
