// Kontent.ai's helper: base64 over the body, for a scheme without a preset.
import { signatureHelper } from "@kontent-ai/webhook-helper";
import { post, secret } from "./hook.mjs";

const sign = (body, key = secret) =>
	signatureHelper.getHashFromString(body, key);
const send = (sentence, body, signature) =>
	post(sentence, body, { "X-Kontent-ai-Signature": signature });
const body = '{"message":{"id":"k-1"},"data":"ž"}';

await send("signed", body, sign(body));
await send("the same again", body, sign(body));
await send("another body", body.replace("k-1", "bad-1"), sign(body));
await send("a strange secret", body, sign(body, "someone-else"));
await send("hexadecimal instead", body,
	Buffer.from(sign(body), "base64").toString("hex"));
