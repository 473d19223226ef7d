// @ts-check
// Plain old JavaScript: a Node that is too old must be able to read this.
const { engines } = require('../package.json');

/** @param {string} version */
const ordinal = (version) => {
  const [major, minor] = version.replace('>=', '').split('.');
  return Number(major) * 1000 + Number(minor);
};

if (ordinal(process.versions.node) < ordinal(engines.node)) {
  console.error('stepgate needs Node ' + engines.node + '; this is ' + process.versions.node + '.');
  process.exit(1);
}
