// GitHub's own library: X-Hub-Signature-256.
import { Webhooks } from "@octokit/webhooks";
import { older, post, secret } from "./hook.mjs";

const sign = (body, key = secret) => new Webhooks({ secret: key }).sign(body);
const headers = (id, signature) => ({
	"X-GitHub-Event": "push",
	"X-GitHub-Delivery": id,
	"X-Hub-Signature-256": signature,
});
const body = '{"ref":"refs/heads/main","commits":[{"message":"é\\n"}]}';
const good = await sign(body);

await post("signed", body, headers("d-1", good));
await post("delivered again", body, headers("d-1", good));
await post("with the older secret", body,
	headers("d-2", await sign(body, older)));
await post("another body", body + " ", headers("bad-1", good));
await post("another signature", body, headers("bad-2",
	good.replace(/.$/, (c) => c === "0" ? "1" : "0")));
await post("a strange secret", body,
	headers("bad-3", await sign(body, "a secret of somebody else")));
await post("no name of the hash", body, headers("bad-4", good.slice(7)));
await post("the name of another", body,
	headers("bad-5", good.replace("sha256=", "sha1=")));
const { "X-Hub-Signature-256": _, ...rest } = headers("bad-6", good);
await post("no signature", body, rest);
