import { errorsOf, eventsBodySchemaFor, toEventInput, type EventRequest } from '../src/index.js';

const event = (overrides: Partial<EventRequest> = {}): EventRequest => ({
  id: 'e-1',
  type: 'push_denied',
  subject: { type: 'user', id: 'Alice' },
  ...overrides,
});

const pathsOf = (body: unknown): string[] => {
  const parsed = eventsBodySchemaFor(body).safeParse(body);
  return parsed.success ? [] : errorsOf(parsed.error).map(({ path }) => path);
};

describe('an events body', () => {
  it('is one event or a batch of them', () => {
    expect(eventsBodySchemaFor(event()).parse(event()).events).toHaveLength(1);
    const batch = { events: [event(), event({ id: 'e-2' })] };
    expect(eventsBodySchemaFor(batch).parse(batch).events).toHaveLength(2);
  });

  it('becomes events of canonical subjects', () => {
    const body = event({
      occurred_at: '2026-03-02T08:00:00+01:00',
      context: { ip: '::ffff:198.51.100.1', device: { id: 'phone' } },
    });
    const [parsed] = eventsBodySchemaFor(body).parse(body).events;
    expect(parsed === undefined ? null : toEventInput(parsed)).toEqual({
      id: 'e-1',
      type: 'push_denied',
      subject: { type: 'user', id: 'alice' },
      groups: [],
      occurredAt: Date.parse('2026-03-02T07:00:00Z'),
      promptId: null,
      decisionId: null,
      address: '198.51.100.1',
      deviceId: 'phone',
      userAgent: null,
      rttMs: null,
      compromisedSince: null,
    });
  });

  it.each([
    ['an unknown type', event({ type: 'push_sneezed' as 'push_denied' }), 'type'],
    ['a date that is none', event({ occurred_at: 'yesterday' }), 'occurred_at'],
    ['a decision id that is none', event({ decision_id: '1' }), 'decision_id'],
    [
      'an unknown type in a batch',
      { events: [event(), { ...event(), type: 'x' }] },
      'events[1].type',
    ],
    ['an empty batch', { events: [] }, 'events'],
    ['a batch beside other fields', { events: [event()], id: 'x' }, 'id'],
  ])('is refused for %s, at its place', (_what, body, path) => {
    expect(pathsOf(body)).toEqual([path]);
  });
});
