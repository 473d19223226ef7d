import {
  encodeForwardAuth,
  enforcementFor,
  noRiskHeaders,
  type ForwardAuthAnswer,
} from '@stepgate/client';
import type { Request, RequestHandler } from 'express';
import { describeAttempt, type AttemptParts } from '../attempt.js';
import type { GatewayDeps } from '../gateway-deps.js';
import { readHeader, type HeaderReading } from '../header-text.js';
import { parseIdentity, type Identity } from '../identity.js';
import { countEnforcement } from '../observed-client.js';

type Question =
  | { readonly kind: 'asked'; readonly parts: AttemptParts; readonly identity: Identity }
  /** `status` is what a question that cannot be put to the engine is answered with. */
  | { readonly kind: 'unasked'; readonly status: 401 | 403 | 503; readonly why: string };

const unasked = (status: 401 | 403 | 503, why: string): Question => ({
  kind: 'unasked',
  status,
  why,
});

const valueOf = (reading: HeaderReading): string | null =>
  reading.kind === 'one' ? reading.value : null;

const maxApplicationLength = 256;

/** The proxy's own configuration first: it is in the URL that the proxy calls, which no client sees. */
const applicationOf = (request: Request, fallback: string): string => {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  const named = query.get('application') ?? valueOf(readHeader(request, 'x-forwarded-host'));
  return named === null || named === '' ? fallback : named.slice(0, maxApplicationLength);
};

const identityOf = (request: Request, { headers }: GatewayDeps['config']): Question | Identity => {
  const readings = [headers.subject, headers.groups, headers.authenticators].map((name) =>
    readHeader(request, name),
  );
  if (readings.some(({ kind }) => kind === 'several')) {
    return unasked(503, 'the proxy appends to identity headers instead of setting them');
  }
  const [subject = null, groups = null, authenticators = null] = readings.map(valueOf);
  if (subject === null) return unasked(401, 'nobody is signed in');
  return (
    parseIdentity({ subject, groups, authenticators }) ??
    unasked(503, 'the identity headers cannot be used')
  );
};

const questionOf = (request: Request, { peers, config, deviceCookie }: GatewayDeps): Question => {
  if (!peers.isTrusted(request)) return unasked(403, 'the caller is not a trusted proxy');
  const address = peers.addressOf(request);
  if (address === null) return unasked(503, 'X-Forwarded-For does not end in an address');
  const identity = identityOf(request, config);
  if ('kind' in identity) return identity;
  const id = valueOf(readHeader(request, config.headers.device));
  const token = deviceCookie.tokenOf(request, identity.subject);
  const device = id === null ? (token === null ? {} : { token }) : { id };
  const application = applicationOf(request, config.application);
  const parts = { identity, action: 'access', application, address, device } as const;
  return { kind: 'asked', parts, identity };
};

const withoutDecision = (status: 401 | 403 | 503): ForwardAuthAnswer => ({
  status,
  headers: {
    ...noRiskHeaders,
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  },
});

/** What is answered when something broke: never a status that a proxy might take for a yes. */
export const brokenForwardAuth = withoutDecision(503);

const answerFor = async (request: Request, deps: GatewayDeps): Promise<ForwardAuthAnswer> => {
  const question = questionOf(request, deps);
  if (question.kind === 'unasked') {
    const { status, why } = question;
    deps.metrics.enforcement(status === 503 ? 'unavailable' : 'denied', 'bad_request');
    if (status !== 401) deps.log.warn({ status, detail: why }, 'forward-auth without a decision');
    return withoutDecision(status);
  }
  const { authenticators } = question.identity;
  const result = await deps.client.decide(describeAttempt(request, question.parts));
  const enforcement = enforcementFor(result, { mode: deps.config.failMode, authenticators });
  countEnforcement(deps.metrics, enforcement);
  return encodeForwardAuth(enforcement);
};

/** For nginx `auth_request`, Caddy and Traefik: 200, 401, 403 or 503, always with all headers. */
export const createForwardAuth =
  (deps: GatewayDeps): RequestHandler =>
  async (request, response) => {
    const { status, headers } = await answerFor(request, deps);
    response.writeHead(status, headers).end();
  };
