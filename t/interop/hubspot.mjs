// HubSpot's library signs v1, v2 and v3.  The argument says which; the URL it
// signs is the one that loya is known by outside.
import hubspot from "@hubspot/api-client";
import { at, post, secret, url } from "./hook.mjs";

const version = process.argv[2];
const target = "/hooks/hubspot-" + version;
const outside = "https://loya.example" + target;
const event = (id) => JSON.stringify([{ eventId: id, objectId: 123 }]);
const headers = (requestBody, { time = at(0), key = secret,
    path = "" } = {}) => {
	const signature = hubspot.Signature.getSignature("POST", version, {
		clientSecret: key, requestBody, url: outside + path,
		timestamp: +time });
	return version === "v3" ? { "X-HubSpot-Signature-v3": signature,
	    "X-HubSpot-Request-Timestamp": +time } :
	    { "X-HubSpot-Signature": signature };
};
const [one, two, bad] = [event(1), event(2), event(666)];

await post("signed", one, headers(one));
await post("the same again", one, headers(one));
await post("another event", two, headers(two));
await post("another body", bad, headers(one));
await post("a strange secret", bad, headers(bad, { key: "someone-else" }));
if (version !== "v1")
	await post("another URL", bad, headers(bad, { path: "?a=b" }));
if (version === "v3") {
	await post("a time too old", bad, headers(bad, { time: at(-330) }));
	await post("a time to come", bad, headers(bad, { time: at(330) }));
	await post("another time", bad, { ...headers(bad),
	    "X-HubSpot-Request-Timestamp": +at(-1) });
}
