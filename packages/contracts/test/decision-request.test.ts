import {
  decisionRequestSchema,
  errorsOf,
  toDecisionInput,
  type DecisionRequest,
} from '../src/index.js';

const request = (overrides: Partial<DecisionRequest> = {}): DecisionRequest => ({
  subject: {
    type: 'user',
    id: 'alice',
    properties: { groups: ['finance'], authenticators: ['totp'] },
  },
  action: { name: 'login' },
  resource: { type: 'application', id: 'payroll' },
  context: { ip: '203.0.113.7', user_agent: 'Mozilla/5.0', device: { id: 'laptop' } },
  ...overrides,
});

const pathsOf = (body: unknown): string[] => {
  const parsed = decisionRequestSchema.safeParse(body);
  return parsed.success ? [] : errorsOf(parsed.error).map(({ path }) => path);
};

const addressOf = (ip: string): string | null => {
  const parsed = decisionRequestSchema.safeParse(request({ context: { ip } }));
  return parsed.success ? toDecisionInput(parsed.data, 'acme').address : null;
};

describe('a decision request', () => {
  it('becomes a canonical attempt of the tenant of the key', () => {
    const parsed = decisionRequestSchema.parse(request({ attempt_id: 'try-1' }));
    expect(toDecisionInput(parsed, 'acme')).toEqual({
      attempt: {
        tenant: 'acme',
        subject: {
          type: 'user',
          id: 'alice',
          properties: { groups: ['finance'], authenticators: ['totp'] },
        },
        action: { name: 'login', properties: {} },
        resource: { type: 'application', id: 'payroll', properties: {} },
        context: { ip: '203.0.113.7', user_agent: 'Mozilla/5.0', device: { id: 'laptop' } },
        groups: ['finance'],
        authenticators: ['totp'],
      },
      attemptId: 'try-1',
      address: '203.0.113.7',
      userAgent: 'Mozilla/5.0',
      rttMs: null,
      device: { id: 'laptop', token: null, managed: null, fingerprint: null },
    });
  });

  it('says that the authenticators are not known when none are sent', () => {
    const parsed = decisionRequestSchema.parse(request({ subject: { type: 'user', id: 'bob' } }));
    expect(toDecisionInput(parsed, 'acme').attempt.authenticators).toBeNull();
  });

  it.each(['Alice', ' alice ', 'ＡＬＩＣＥ', 'a\u200blice', 'ALI\u00adCE'])(
    'knows %j as alice',
    (id) => {
      const parsed = decisionRequestSchema.parse(request({ subject: { type: 'user', id } }));
      expect(toDecisionInput(parsed, 'acme').attempt.subject.id).toBe('alice');
    },
  );

  it.each([
    ['an unknown field', { ...request(), extra: 1 }, 'extra'],
    [
      'an unknown field of the context',
      { ...request(), context: { ip: '::1', zip: 1 } },
      'context.zip',
    ],
    ['an unknown action', { ...request(), action: { name: 'logon' } }, 'action.name'],
    ['a missing address', { ...request(), context: {} }, 'context.ip'],
    [
      'an unknown authenticator',
      {
        ...request(),
        subject: { type: 'user', id: 'a', properties: { authenticators: ['carrier pigeon'] } },
      },
      'subject.properties.authenticators[0]',
    ],
    [
      'an invisible subject',
      { ...request(), subject: { type: 'user', id: '\u200b' } },
      'subject.id',
    ],
    ['a lone surrogate', { ...request(), subject: { type: 'user', id: 'a\ud800' } }, 'subject.id'],
    [
      'a control character',
      { ...request(), subject: { type: 'user', id: 'a\u0000b' } },
      'subject.id',
    ],
    ['an attempt id with a space', { ...request(), attempt_id: 'a b' }, 'attempt_id'],
    [
      'a signal that is no plain value',
      { ...request(), context: { ip: '::1', signals: { a: {} } } },
      'context.signals.a',
    ],
    [
      'a negative round trip',
      { ...request(), context: { ip: '::1', rtt_ms: -1 } },
      'context.rtt_ms',
    ],
  ])('is refused for %s, at its place', (_what, body, path) => {
    expect(pathsOf(body)).toEqual([path]);
  });

  it('names every problem at once', () => {
    expect(pathsOf({ subject: {}, action: { name: 'x' }, context: { ip: 'junk' } })).toEqual([
      'subject.type',
      'subject.id',
      'action.name',
      'resource',
      'context.ip',
    ]);
  });

  it('never quotes a value in an error', () => {
    const parsed = decisionRequestSchema.safeParse({
      ...request(),
      context: { ip: 'planted-secret' },
    });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error === undefined ? '' : errorsOf(parsed.error))).not.toContain(
      'planted',
    );
  });
});

describe('the client address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['::', '::'],
    ['0.0.0.0', '0.0.0.0'],
  ])('%s is canonically %s', (sent, canonical) => {
    expect(addressOf(sent)).toBe(canonical);
  });

  it.each([
    '',
    ' ',
    'junk',
    '127.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '010.8.8.8',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4:80',
    '[::1]',
    '[::1]:80',
    'fe80::1%eth0',
    '1.2.3.4/24',
    '"1.2.3.4"',
    "1.2.3.4'",
    '1.2.3.4 ',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '１.２.３.４',
    '①②⑦.0.0.1',
    '127。0。0。1',
    ':::1',
    '2001:db8::1::2',
    '12345::1',
    '::ffff:1.2.3',
    'localhost',
    '<script>',
    '1.2.3.-4',
    '+1.2.3.4',
    '1e1.2.3.4',
    'null',
  ])('refuses %j', (sent) => {
    expect(addressOf(sent)).toBeNull();
  });
});
