// A server that answers what the file answer in the folder says, as JSON: a
// status, and the members of the body to set, or to take away by null.  As it
// is, it would take any refresh token; here it takes the last one it gave.
import { existsSync, readFileSync } from "node:fs";
import { OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";
import { folder, say, serve } from "./server.mjs";

const answer = () => existsSync(folder + "/answer") ?
	JSON.parse(readFileSync(folder + "/answer", "utf8")) : {};
let last;

await serve(async (url) => {
	const issuer = new OAuth2Issuer();
	const service = new OAuth2Service(issuer);

	issuer.url = url;
	await issuer.keys.generate("ES256");
	service.on("beforeTokenSigning", (token) => {
		token.payload.jti = crypto.randomUUID();
	});
	service.on("beforeResponse", (response, { body }) => {
		const { status = 200, ...members } = answer();
		const stale = last !== undefined &&
		    body.grant_type === "refresh_token" &&
		    body.refresh_token !== last;

		if (stale || status !== 200)
			response.body = { error: "invalid_grant" };
		response.statusCode = stale ? 400 : status;
		for (const [name, value] of Object.entries(members))
			response.body[name] = value ?? undefined;
		last = response.body.refresh_token ?? last;
		say(body.grant_type, response.statusCode);
	});
	return service.requestHandler;
});
