// What the servers share: a port of their own and a log on standard output,
// "listening PORT", then a line for each request for a token and what became
// of it.  While the file hold is in the folder (the argument), nobody is
// answered.
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";

export const folder = process.argv[2];
export const say = (...words) => console.log(words.join(" "));

// A secret for loya, as a file.
export const give = (name, secret) => {
	writeFileSync(`${folder}/${name}`, secret);
	return secret;
};

process.on("SIGTERM", () => process.exit(0));

// make(issuer) gives the handler of the requests.
export const serve = async (make) => {
	const server = createServer();

	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address();
	const handler = await make("http://127.0.0.1:" + port);
	server.on("request", async (req, res) => {
		say(req.method, req.url);
		while (existsSync(folder + "/hold"))
			await setTimeout(10);
		handler(req, res);
	});
	say("listening", port);
};
