import { hash } from 'node:crypto';
import { StateUnavailableError } from '@stepgate/assessment';
import { createSigningKey, openAuditLog, type AuditData, type AuditLog } from '@stepgate/audit';
import type { DecisionResponse, OperationId } from '@stepgate/contracts';
import { readVersion, type Health, type Log, type RiskEngineMetrics } from '@stepgate/telemetry';
import { keepNoLog, type ChangeLog } from './change-log.js';
import type { EngineState } from './compose-state.js';
import { secretNames, type Config } from './config.js';
import type { AnswerSigner } from './sign-answers.js';

/** Told by what reads files again; `what` says what became of it. */
export type TellChange = (what: string, data?: AuditData) => void;

export interface EngineAudit {
  /** State that refuses to admit, to complete and to erase while nobody could tell of it afterwards. */
  guard<S extends Pick<EngineState, 'attempts' | 'decisions' | 'subjects'>>(state: S): S;
  /** Puts every answer that is a decision into the log, as it is sent. */
  answers(signer: AnswerSigner): AnswerSigner;
  readonly changes: ChangeLog;
  readonly tell: TellChange;
  registerChecks(health: Health): void;
  close(): Promise<void>;
}

interface Observed {
  readonly metrics: RiskEngineMetrics;
  readonly log: Log;
}

const anchorMs = 60_000;

const off: EngineAudit = {
  guard: (state) => state,
  answers: (signer) => signer,
  changes: keepNoLog,
  tell: () => undefined,
  registerChecks: (health) => {
    health.register('audit', () => ({ ok: true, detail: 'off' }));
  },
  close: () => Promise.resolve(),
};

const kindOf: Readonly<Partial<Record<OperationId, 'decision' | 'completion'>>> = {
  decide: 'decision',
  completeDecision: 'completion',
};

const isDecision = (answer: unknown): answer is DecisionResponse =>
  typeof answer === 'object' && answer !== null && 'decision_id' in answer && 'risk' in answer;

/** Nothing that says who: the digest fits the answer that its holder has, and no other. */
const recordOf = (answer: DecisionResponse, body: string): AuditData => ({
  decision_id: answer.decision_id,
  outcome: answer.decision,
  score: answer.risk.score,
  policy: answer.policy.name,
  policy_version: answer.policy.version,
  degraded: answer.degraded,
  durable: answer.durable,
  digest: hash('sha256', body, 'hex'),
});

const createAnswers =
  (audit: AuditLog) =>
  (signer: AnswerSigner): AnswerSigner => ({
    sign: (told) => {
      const kind = kindOf[told.operation];
      if (kind !== undefined && isDecision(told.answer)) {
        audit.append(kind, recordOf(told.answer, told.body));
      }
      return signer.sign(told);
    },
  });

const createGuard =
  (audit: AuditLog): EngineAudit['guard'] =>
  (state) => {
    const refuse = (): void => {
      if (!audit.writable()) throw new StateUnavailableError('the audit log cannot be written');
    };
    const { attempts, decisions, subjects } = state;
    return {
      ...state,
      attempts: {
        ...attempts,
        admitAttempt: async (request) => {
          refuse();
          return attempts.admitAttempt(request);
        },
      },
      decisions: {
        ...decisions,
        openDecision: async (request) => {
          refuse();
          return decisions.openDecision(request);
        },
      },
      subjects: {
        ...subjects,
        eraseSubject: async (...asked) => {
          refuse();
          return subjects.eraseSubject(...asked);
        },
      },
    };
  };

/** Of the settings that are no secrets: shows that an engine was started with other ones. */
const digestOf = (config: Config): string => {
  const secrets: readonly string[] = secretNames;
  const settings = Object.entries(config)
    .filter(([name]) => !secrets.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `sha256:${hash('sha256', JSON.stringify(settings), 'hex')}`;
};

const tellFailures = ({ log }: Observed) => {
  let toldAt = -Infinity;
  return (error: unknown): void => {
    // It is tried again several times a second.
    if (performance.now() - toldAt < anchorMs) return;
    toldAt = performance.now();
    log.error({ component: 'audit', err: error }, 'the audit log cannot be written');
  };
};

const startAnchors = (audit: AuditLog, { log }: Observed): (() => void) => {
  let told = '';
  const tell = (): void => {
    const { file, seq, hash: digest } = audit.anchor();
    const anchor = `${String(seq)}:${digest}`;
    if (anchor === told) return;
    told = anchor;
    log.info({ component: 'audit', file, anchor }, 'audit anchor');
  };
  tell();
  const timer = setInterval(tell, anchorMs).unref();
  return () => {
    clearInterval(timer);
    tell();
  };
};

/** @throws when the log cannot be begun: an engine that has to account for itself starts with it. */
export const composeAudit = async (config: Config, observed: Observed): Promise<EngineAudit> => {
  const { STEPGATE_AUDIT_DIR: directory } = config;
  if (directory === undefined) return off;
  const audit = await openAuditLog({
    directory,
    key: createSigningKey(config.STEPGATE_SECRET, 'audit'),
    version: readVersion(),
    clock: Date.now,
    onFailure: tellFailures(observed),
  });
  const stopAnchors = startAnchors(audit, observed);
  observed.metrics.auditWritable(audit.writable);
  const tell: TellChange = (what, data = {}) => {
    audit.append('change', { what, ...data });
  };
  tell('started', { config: digestOf(config) });
  return {
    guard: createGuard(audit),
    answers: createAnswers(audit),
    changes: {
      changed: ({ operation, caller, tenant }) => {
        tell(operation, { by: caller, tenant });
      },
    },
    tell,
    registerChecks: (health) => {
      health.register('audit', () =>
        audit.writable()
          ? { ok: true, detail: 'written' }
          : { ok: false, detail: 'cannot be written: decisions are degraded' },
      );
    },
    close: async () => {
      await audit.close();
      stopAnchors();
    },
  };
};
