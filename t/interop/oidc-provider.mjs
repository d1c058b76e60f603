// A strict server.  It takes each refresh token once: a second use ends the
// whole chain.  The first one is made here, as a consent in a browser would.
import { randomBytes } from "node:crypto";
import { Provider } from "oidc-provider";
import { folder, give, say, serve } from "./server.mjs";

const secret = (name) =>
	give(name, randomBytes(18).toString("base64") + ': +%&/="');
const client = (client_id, method, more) => ({
	client_id, client_secret: secret(client_id.replace(/ .*/, "")),
	token_endpoint_auth_method: method,
	scope: "openid offline_access api:read",
	grant_types: ["client_credentials"],
	response_types: [], redirect_uris: [], ...more,
});

const chain = async (provider, client_id) => {
	const about = { accountId: "someone",
	    client: await provider.Client.find(client_id) };
	const grant = new provider.Grant({ clientId: client_id, ...about });

	grant.addOIDCScope("openid offline_access");
	return new provider.RefreshToken({ ...about, scope:
	    "openid offline_access", grantId: await grant.save(),
	    gty: "authorization_code" }).save();
};

await serve(async (issuer) => {
	const provider = new Provider(issuer, {
		clients: [
			client("basic : id", "client_secret_basic"),
			client("body", "client_secret_post"),
			client("chain", "client_secret_basic", {
			    grant_types: ["authorization_code",
				"refresh_token"],
			    response_types: ["code"],
			    redirect_uris: ["https://loya.example/cb"] }),
		],
		features: { clientCredentials: { enabled: true },
		    introspection: { enabled: true } },
		findAccount: (_, id) => ({ accountId: id,
		    claims: () => ({ sub: id }) }),
		rotateRefreshToken: true,
		scopes: ["openid", "offline_access", "api:read", "api:write"],
		ttl: { ClientCredentials: 600, AccessToken: 600, IdToken: 600,
		    Grant: 86400, RefreshToken: 86400 },
	});

	provider.on("grant.success", (ctx) =>
		say("granted", ctx.oidc.params.grant_type));
	provider.on("grant.error", (_, e) =>
		say(e.error, e.error_detail ?? e.error_description));
	give("first", await chain(provider, "chain"));
	return provider.callback();
});
