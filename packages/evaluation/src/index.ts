export * from './login.js';
export * from './results.js';
export { createInProcessPoint, type InProcessDeps } from './replay/in-process.js';
export { createHttpPoint, type EngineAddress } from './replay/over-http.js';
export {
  pointsOf,
  replayLogins,
  type JudgedLogin,
  type ReplayOptions,
} from './replay/replay-logins.js';
export { loadPolicies } from './run/load-policies.js';
export { loadSignalSources, type LoadedSources } from './run/signal-sources.js';
export { runEvaluation, type Evaluation } from './run/run-evaluation.js';
export type { StartEngine, RunningEngine } from './run/compare-engines.js';
export {
  fullSettings,
  quickSettings,
  type EvaluationPlaces,
  type EvaluationSettings,
} from './run/settings.js';
export { renderReport, renderTable, reportJson, type EvaluationReport } from './report/index.js';
export { evaluateLoginLog, type LoginLogResults } from './run/login-log/evaluate-login-log.js';
export { LoginLogError } from './run/login-log/read-login-log.js';
