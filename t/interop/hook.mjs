// What the signers share.  Standard input is the URL of the hook and, on the
// lines below, two secrets that loya has, and one that it has not.
import { readFileSync } from "node:fs";

export const [url, secret, older, strange] =
	readFileSync(0, "utf8").trimEnd().split("\n");

// A time so many seconds from now.
export const at = (seconds) => new Date(Date.now() + seconds * 1000);

// Post it, and print the answer's status with the sentence.
export const post = async (sentence, body, headers) => {
	const all = new Headers(headers);
	if (!all.has("Content-Type"))
		all.set("Content-Type", "application/json");
	const answer = await fetch(url, { method: "POST", body, headers: all });
	console.log(answer.status, sentence);
};
