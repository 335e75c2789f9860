// Reads lists of policies with MDN's own parser: JSON on stdin, and JSON on stdout, null where it
// refuses them.
//
// node policies.mjs FOLDER
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const source = path.join(process.argv[2], "@mdn", "mdn-http-observatory", "src");
const { parseCsp } = await import(pathToFileURL(path.join(source, "analyzer", "cspParser.js")));

function read(policies) {
  try {
    return Object.fromEntries([...parseCsp(policies)].map(([name, found]) => [name, [...found]]));
  } catch {
    return null;
  }
}
const lists = JSON.parse(fs.readFileSync(0, "utf8"));
console.log(JSON.stringify(lists.map(read)));
