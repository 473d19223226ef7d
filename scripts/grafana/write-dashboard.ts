import { writeFileSync } from 'node:fs';
import { createDashboard } from './dashboard.js';

const file = new URL('../../infra/grafana/dashboards/stepgate.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(createDashboard(), null, 2)}\n`);
