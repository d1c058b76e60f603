// A strict client: it checks every answer.
import * as oauth from "oauth4webapi";
import { about, base, crm, gone, hook, plain, tell, watch, wrong }
	from "./client.mjs";

const options = { [oauth.allowInsecureRequests]: plain };
const server = await oauth.processDiscoveryResponse(base,
	await oauth.discoveryRequest(base,
	    { algorithm: "oauth2", ...options }));
const { ClientSecretBasic: basic, ClientSecretPost: body } = oauth;

const grant = async (client, by, parameters = {}) =>
	oauth.processClientCredentialsResponse(server, client,
	    await oauth.clientCredentialsGrantRequest(server, client,
		by(client.client_secret), parameters, options));
const introspect = async (client, token) =>
	oauth.processIntrospectionResponse(server, client,
	    await oauth.introspectionRequest(server, client,
		basic(client.client_secret), token, options));
const revoke = async (client, token) =>
	oauth.processRevocationResponse(await oauth.revocationRequest(server,
	    client, basic(client.client_secret), token, options));

const token = await grant(crm, basic);
await tell("by Basic", () => about(token));
await tell("in the body", async () => about(await grant(crm, body)));
const narrow = await grant(crm, body, { scope: "hook:other" });
await tell("a part of the scope", () => about(narrow));
await tell("the hook", () => hook("std", token.access_token, "strict"));
await tell("a hook without the scope", () =>
	hook("std", narrow.access_token, "bad"));
await tell("introspection", async () => {
	const { active, scope, client_id, token_type, exp, iat } =
		await introspect(watch, token.access_token);
	return [active, scope, client_id === crm.client_id, token_type,
	    exp - iat].join(" ");
});
await tell("of one that is none", async () =>
	JSON.stringify(await introspect(watch, "none")));
await tell("of somebody else's", async () =>
	JSON.stringify(await introspect(crm,
	    (await grant(watch, basic)).access_token)));
await tell("revocation of somebody else's", () =>
	revoke(watch, token.access_token));
await tell("revocation", () => revoke(crm, token.access_token));
await tell("once more", () => revoke(crm, token.access_token));
await tell("introspection then", async () =>
	JSON.stringify(await introspect(watch, token.access_token)));
await tell("the hook then", () => hook("std", token.access_token, "bad"));

await tell("a wrong secret, by Basic", () => grant(wrong, basic));
await tell("a wrong secret, in the body", () => grant(wrong, body));
await tell("a client that was revoked", () => grant(gone, basic));
await tell("a scope that it has not", () =>
	grant(crm, basic, { scope: "introspect" }));
await tell("two scopes, one not its own", () =>
	grant(crm, basic, { scope: "hook:std hook:none" }));
await tell("another grant", async () =>
	oauth.processGenericTokenEndpointResponse(server, crm,
	    await oauth.genericTokenEndpointRequest(server, crm,
		basic(crm.client_secret), "password", {}, options)));
await tell("introspection by a wrong client", () => introspect(wrong, "x"));
