export * from './clean-evidence.js';
export * from './policy-with.js';
export * from './redis-server.js';
export * from './engine-process.js';
export * from './freeman-reference.js';
export * from './report.js';
