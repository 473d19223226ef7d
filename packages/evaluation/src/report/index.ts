export { renderReport } from './render-report.js';
export { renderTable } from './render-table.js';
export { reportJson, type EvaluationReport } from './report-json.js';
