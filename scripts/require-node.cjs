// @ts-check
// Plain old JavaScript: this is what a too old Node must be able to read.
const { engines } = require('../package.json');

const wanted = engines.node.replace('>=', '').split('.').map(Number);
const found = process.versions.node.split('.').map(Number);
if (found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1])) {
  console.error('stepgate needs Node ' + engines.node + '; this is ' + process.versions.node + '.');
  process.exit(1);
}
