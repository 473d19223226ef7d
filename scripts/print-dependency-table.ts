import { writeFileSync } from 'node:fs';
import { dependencyTable } from './dependency-table.js';

writeFileSync('docs/dependency-rule.md', dependencyTable());
