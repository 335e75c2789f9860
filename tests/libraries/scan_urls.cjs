// Says what retire.js finds in addresses: node scan_urls.cjs repository.json < addresses
const fs = require('fs');
const retire = require('retire/lib/retire');

const text = fs.readFileSync(process.argv[2], 'utf-8');
const repository = JSON.parse(retire.replaceVersion(text));
delete repository['dont check'];
for (const address of fs.readFileSync(0, 'utf-8').split('\n')) {
  const found = retire.scanUri(address, repository);
  const named = retire.scanFileName(address, repository);
  const versions = found.concat(named).map((one) => `${one.component} ${one.version}`);
  console.log(JSON.stringify([...new Set(versions)].sort()));
}
