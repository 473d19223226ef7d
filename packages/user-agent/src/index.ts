export { createUserAgentParser } from './create-user-agent-parser.js';
export type { UserAgentParserOptions } from './create-user-agent-parser.js';
