// An easy-going client, with each of its ways to send what it knows.
import { ClientCredentials } from "simple-oauth2";
import { about, base, crm, gone, hook, tell, wrong } from "./client.mjs";

const config = (client, options = {}) => new ClientCredentials({
	client: { id: client.client_id, secret: client.client_secret },
	auth: { tokenHost: base.origin, tokenPath: "/oauth/token",
	    revokePath: "/oauth/revoke" }, options });
const grant = async (client, options, params = {}) =>
	(await config(client, options).getToken(params)).token;

const whole = await config(crm).getToken({});
await tell("by Basic", () => about(whole.token));
await tell("by Basic, not encoded", async () =>
	about(await grant(crm, { credentialsEncodingMode: "loose" })));
await tell("in the body", async () =>
	about(await grant(crm, { authorizationMethod: "body" })));
await tell("scopes as a list", async () =>
	about(await grant(crm, {}, { scope: ["hook:other", "hook:std"] })));
await tell("it is not expired", () => whole.expired(3000));
await tell("the hook", () => hook("std", whole.token.access_token, "easy"));
await tell("revocation", () => whole.revoke("access_token"));
await tell("the hook then", () =>
	hook("std", whole.token.access_token, "bad"));
await tell("JSON", () =>
	grant(crm, { bodyFormat: "json", authorizationMethod: "body" }));
await tell("a wrong secret", () => grant(wrong));
await tell("a client that was revoked", () => grant(gone));
await tell("a wrong scope", () => grant(crm, {}, { scope: "none" }));
