// The same library as most programs use it.
import * as oidc from "openid-client";
import { about, base, crm, hook, plain, tell, watch, wrong }
	from "./client.mjs";

const config = (client, by = oidc.ClientSecretBasic) =>
	oidc.discovery(base, client.client_id, undefined,
	    by(client.client_secret), { algorithm: "oauth2",
	    execute: plain ? [oidc.allowInsecureRequests] : [] });
const good = await config(crm);
const { access_token } = await oidc.clientCredentialsGrant(good);

await tell("by Basic", async () =>
	about(await oidc.clientCredentialsGrant(good)));
await tell("in the body", async () =>
	about(await oidc.clientCredentialsGrant(
	    await config(crm, oidc.ClientSecretPost), { scope: "hook:std" })));
await tell("the hook", () => hook("std", access_token, "usual"));
await tell("introspection", async () =>
	(await oidc.tokenIntrospection(await config(watch), access_token))
	    .active);
await tell("revocation", () => oidc.tokenRevocation(good, access_token));
await tell("introspection then", async () =>
	(await oidc.tokenIntrospection(good, access_token)).active);
await tell("a wrong secret", async () =>
	oidc.clientCredentialsGrant(await config(wrong)));
await tell("a wrong scope", () =>
	oidc.clientCredentialsGrant(good, { scope: "none" }));
