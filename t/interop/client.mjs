// What the clients share.  Standard input is the URL of the server and, as
// `loya-token client add` prints them, three clients: crm, one that may
// introspect, and one that was revoked.
import { readFileSync } from "node:fs";

const lines = readFileSync(0, "utf8").trimEnd().split("\n");

export const base = new URL(lines[0]);
export const plain = base.protocol === "http:";
export const [crm, watch, gone] = lines.slice(1).map((s) => JSON.parse(s));
export const wrong = { ...crm, client_secret: watch.client_secret };

// What came of it, or what the library's error says: the error of RFC 6749
// 5.2, or where it stops at WWW-Authenticate, that and the error.
export const tell = async (sentence, work) => {
	let said;

	try {
		said = await work() ?? "done";
	} catch (e) {
		if (e.code !== "OAUTH_WWW_AUTHENTICATE_CHALLENGE")
			said = e.error ?? e.data?.payload?.error ?? e;
		else
			said = e.cause.map((c) => c.scheme).join() + " " +
			    (await e.response.clone().json()).error;
	}
	console.log(`${sentence}: ${said}`);
};

export const about = (token) =>
	`${token.token_type} ${token.expires_in} ${token.scope}`;

// The status of the hook.
export const hook = async (source, token, id) => {
	const answer = await fetch(new URL("/hooks/" + source, base), {
		method: "POST", body: JSON.stringify({ id }),
		headers: { Authorization: "Bearer " + token,
		    "Content-Type": "application/json" } });
	return answer.status;
};
