// Scans each host of a list with MDN's own program, some at once; names come from the list too.
//
// node scan.mjs FOLDER LIST, where LIST is JSON {host: address}; writes JSON {host: answer}.
import dns from "node:dns";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, list] = process.argv.slice(2);
const addresses = JSON.parse(fs.readFileSync(list, "utf8"));

dns.lookup = (name, options, callback) => {
  const done = typeof options === "function" ? options : callback;
  const address = addresses[name];
  if (!address) {
    const fault = Object.assign(new Error(`no address: ${name}`), { code: "ENOTFOUND" });
    process.nextTick(done, fault);
  } else if (options.all) {
    process.nextTick(done, null, [{ address, family: 4 }]);
  } else {
    process.nextTick(done, null, address, 4);
  }
};

const scanner = path.join(folder, "@mdn", "mdn-http-observatory", "src", "scanner", "index.js");
const { scan } = await import(pathToFileURL(scanner));

async function answer(host) {
  try {
    const { scan: { grade, score }, tests } = await scan(host);
    const outcomes = Object.entries(tests).map(([name, test]) => [name, test.result]);
    return { grade, score, outcomes: Object.fromEntries(outcomes) };
  } catch (fault) {
    return { error: fault.message };
  }
}

const answers = {};
const waiting = Object.keys(addresses);
async function work() {
  for (let host = waiting.shift(); host; host = waiting.shift()) {
    answers[host] = await answer(host);
  }
}
await Promise.all(Array.from({ length: 8 }, work));
fs.writeSync(1, JSON.stringify(answers));
process.exit(0);
