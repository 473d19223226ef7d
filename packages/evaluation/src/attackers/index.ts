export { createAttacks } from './create-attacks.js';
export { createHardNegatives } from './hard-negatives.js';
export { createSequences } from './sequences.js';
