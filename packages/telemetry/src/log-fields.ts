export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Every name that a log line may hold, as `true`; whatever else is passed never reaches the line. */
const allowed = {
  // decisions and events
  decision_id: true,
  attempt_id: true,
  subject: true,
  outcome: true,
  shadow_outcome: true,
  score: true,
  risk_level: true,
  reasons: true,
  policy: true,
  rule: true,
  degraded: true,
  authenticator: true,
  event_type: true,
  alerts: true,
  // alerts
  alert_id: true,
  alert_kind: true,
  severity: true,
  sink: true,
  result: true,
  attempt: true,
  retry_in_ms: true,
  // requests
  request_id: true,
  route: true,
  method: true,
  status: true,
  duration_ms: true,
  // the process and its sources
  cause: true,
  check: true,
  detail: true,
  listening: true,
  file: true,
  anchor: true,
  problems: true,
  source: true,
  version: true,
  entries: true,
  age_days: true,
  count: true,
  state: true,
  mode: true,
  signal: true,
  component: true,
  err: true,
} as const;
export type LogField = keyof typeof allowed;

type Scalar = string | number | boolean | null;
export type LogFields = {
  readonly [F in Exclude<LogField, 'err' | 'subject'>]?: Scalar | readonly Scalar[];
} & {
  /** A pseudonym, never an identifier as the caller sent it. */
  readonly subject?: string;
  /** Reduced to type, code and frames; its message is kept only when it cannot quote a request. */
  readonly err?: unknown;
};

const names: ReadonlySet<string> = new Set(Object.keys(allowed));

const isScalar = (value: unknown): boolean => {
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' || value === null;
};

const isAllowed = (name: string, value: unknown): boolean =>
  names.has(name) &&
  (name === 'err' || isScalar(value) || (Array.isArray(value) && value.every(isScalar)));

/**
 * Keeps the allow-listed fields. The types already ask for them; this holds for values that come
 * from untyped code as well, so that no request body can ride along in an object. The usual line is
 * passed on as it is: one is written per decision.
 */
export const keepAllowedFields = (fields: Record<string, unknown>): Record<string, unknown> => {
  for (const name in fields) {
    if (isAllowed(name, fields[name])) continue;
    return Object.fromEntries(Object.entries(fields).filter((field) => isAllowed(...field)));
  }
  return fields;
};
