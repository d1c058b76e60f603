// A receiver of webhooks that asks the packages: for each delivery a line with
// its id, its time, what the file status in the folder had it answer, and
// every package that believes it, with the name of the secret.  The secrets
// stand in the folder's keys.json.
import { createPublicKey, verify } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { Webhooks } from "@octokit/webhooks";
import { HTTP } from "cloudevents";
import { Webhook as Standard } from "standardwebhooks";
import { Webhook as Svix } from "svix";
import { folder, say, serve } from "./server.mjs";

const read = (name) => readFileSync(`${folder}/${name}`, "utf8");

// No library verifies v1a: the Ed25519 of Node.
const v1a = (pem, body, headers) => {
	const signed = ["id", "timestamp"].map((n) => headers["webhook-" + n]);
	const ours = headers["webhook-signature"].split(" ")
		.filter((s) => s.startsWith("v1a,"));

	if (!ours.some((s) => verify(null, Buffer.from([...signed, body]
	    .join(".")), createPublicKey(pem), Buffer.from(s.slice(4), "base64"))))
		throw new Error("no signature is good");
};
const github = async (secret, body, headers) => {
	if (!await new Webhooks({ secret }).verify(body,
	    headers["x-hub-signature-256"]))
		throw new Error("the signature is not good");
};
const packages = {
	standardwebhooks: (key, ...rest) => new Standard(key).verify(...rest),
	svix: (key, ...rest) => new Svix(key).verify(...rest),
	v1a, github,
};

const judge = async (body, headers) => {
	const good = [];

	for (const [name, [kind, key]] of
	    Object.entries(JSON.parse(read("keys.json"))))
		for (const [peer, believes] of Object.entries(packages))
			if (kind.split(" ").includes(peer))
				await Promise.resolve()
					.then(() => believes(key, body, headers))
					.then(() => good.push(`${peer}:${name}`))
					.catch(() => {});
	const event = HTTP.toEvent({ headers, body });
	event.validate();
	return [...good, event.type];
};

await serve(() => async (req, res) => {
	const status = existsSync(folder + "/status") ? read("status") : "204";
	let body = "";

	req.setEncoding("utf8");
	for await (const piece of req)
		body += piece;
	say(req.headers["webhook-id"], req.headers["webhook-timestamp"],
		status.trim(), ...await judge(body, req.headers));
	res.writeHead(Number(status)).end();
});
