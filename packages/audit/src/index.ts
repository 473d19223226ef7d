export * from './signing-key.js';
