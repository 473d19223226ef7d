import { noRiskHeaders } from '@stepgate/client';
import { createSealedTokens } from '../src/sealed-tokens.js';
import { stepUp, decisionId } from '../../../packages/client/test/decisions.js';

const keys = ['a sealing key of more than 32 characters'];
const tokens = createSealedTokens({ keys, sessionTtlMs: 3_600_000, pendingTtlMs: 600_000 });
const session = {
  kind: 'session',
  subject: 'zoë',
  groups: ['staff'],
  risk: noRiskHeaders,
} as const;
const mutableSession = { ...session, groups: [...session.groups] };

describe('sealed tokens', () => {
  it('open to what was sealed, and show nothing of it', async () => {
    const sealed = await tokens.sealSession(mutableSession);
    expect(sealed + decoded(sealed)).not.toContain('planted');
    expect(await tokens.openSession(sealed)).toEqual(session);
  });

  it('are never taken for one another', async () => {
    if (stepUp.step_up === null) throw new Error('a step-up has terms');
    const pending = await tokens.sealPending({
      kind: 'pending',
      decisionId,
      subject: 'zoë',
      groups: [],
      stepUp: stepUp.step_up,
      upstreamCookies: [],
    });
    expect(await tokens.openPending(pending)).not.toBeNull();
    expect(await tokens.openSession(pending)).toBeNull();
    expect(await tokens.openPending(await tokens.sealSession(mutableSession))).toBeNull();
  });

  it('expire', async () => {
    // Further back than the skew that is granted.
    const expired = createSealedTokens({ keys, sessionTtlMs: -60_000, pendingTtlMs: 1 });
    expect(await tokens.openSession(await expired.sealSession(mutableSession))).toBeNull();
  });

  it.each(['', 'Fe26.2', '*'.repeat(8), 'Fe26.2**x*y*z*1*b*c', '\u0000', 'x'.repeat(10_000)])(
    'do not open from %j',
    async (text) => {
      expect(await tokens.openSession(text)).toBeNull();
      expect(await tokens.openPending(text)).toBeNull();
    },
  );
});

/** What anybody can read of it. */
function decoded(sealed: string): string {
  return sealed
    .split('*')
    .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    .join();
}
