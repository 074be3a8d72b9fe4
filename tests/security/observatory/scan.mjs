// Prints Mozilla Observatory's result for one address as JSON: scan.mjs HOST:PORT/PATH [COOKIES].
// NODE_EXTRA_CA_CERTS names the authority that signed the certificate.
import { existsSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import axios from "axios";

// What its install script would fetch: the hosts that browsers know as https only. A site of one audit is none of them.
const conf = new URL("../conf/", import.meta.resolve("@mdn/mdn-http-observatory"));
const preloaded = fileURLToPath(new URL("hsts-preload.json", conf));
if (!existsSync(preloaded)) writeFileSync(preloaded, "{}");

const [address, cookies] = process.argv.slice(2);
if (cookies) axios.defaults.headers.common.Cookie = cookies;
const { scan } = await import("@mdn/mdn-http-observatory");
const { scan: summary, tests } = await scan(address);
const lost = Object.entries(tests).filter(([, test]) => !test.pass || test.scoreModifier < 0);
console.log(
  JSON.stringify({
    grade: summary.grade,
    score: summary.score,
    status: summary.statusCode,
    length: summary.responseHeaders["content-length"],
    passed: summary.testsPassed,
    of: summary.testsQuantity,
    tests: Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, `${test.result} (${test.scoreModifier})`])),
    lost: lost.map(([name, test]) => `${name}: ${test.result}`),
  }),
);
