import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idpEventsResponseSchema, type IdpEventsResponse } from '@stepgate/contracts';
import { formatNames, type FormatName } from '@stepgate/idp-events';
import {
  createDeployment,
  startEngineProcess,
  type Deployment,
  type EngineProcess,
} from '@stepgate/testing';

const redisUrl = process.env['STEPGATE_TEST_REDIS_URL'] ?? '';
const fixture = (format: FormatName): string =>
  readFileSync(
    join(__dirname, `../../../packages/idp-events/test/fixtures/${format}.json`),
    'utf8',
  );

let deployment: Deployment;
let engine: EngineProcess;
const printed: string[] = [];

beforeAll(async () => {
  deployment = await createDeployment(redisUrl);
  engine = await startEngineProcess(deployment, {
    mode: 'dev',
    env: { STEPGATE_LOG_LEVEL: 'debug' },
    onLine: (line) => printed.push(line),
  });
}, 60_000);

afterAll(async () => {
  await engine.stop();
  await deployment.remove();
});

const send = async (
  format: string,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> => {
  const response = await fetch(`${engine.url}/v1/events/${format}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${deployment.apiKey}`,
      ...headers,
    },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const accepted = async (
  format: string,
  text: string,
  now = '2026-03-02T16:00:00Z',
): Promise<IdpEventsResponse> => {
  const { status, body } = await send(format, text, { 'stepgate-dev-now': now });
  if (status !== 202) throw new Error(`${String(status)} ${JSON.stringify(body)}`);
  return idpEventsResponseSchema.strict().parse(body);
};

const subject = async (id: string, now: string): Promise<Record<string, unknown>> => {
  const response = await fetch(`${engine.url}/v1/subjects/user/${encodeURIComponent(id)}`, {
    headers: { authorization: `Bearer ${deployment.apiKey}`, 'stepgate-dev-now': now },
  });
  return (await response.json()) as Record<string, unknown>;
};

const duoRow = (n: number, overrides: Readonly<Record<string, unknown>> = {}): unknown => ({
  txid: `tx-${String(n)}`,
  isotimestamp: '2026-03-02T15:00:00Z',
  event_type: 'authentication',
  factor: 'duo_push',
  result: 'denied',
  reason: 'user_mistake',
  user: { name: 'bulk' },
  access_device: { ip: '198.51.100.66' },
  ...overrides,
});

/** What each fixture comes to: events, irrelevant rows, unknown rows. */
const outcomes: Readonly<Record<FormatName, readonly [number, number, number]>> = {
  okta: [14, 2, 4],
  auth0: [15, 3, 2],
  duo: [12, 1, 3],
  pingid: [29, 29, 2],
  entra: [11, 1, 2],
  ocsf: [11, 2, 2],
};

describe('the log of an identity provider', () => {
  it.each(formatNames)('of %s is recorded once, however often it is delivered', async (format) => {
    const [events, irrelevant, unknown] = outcomes[format];
    const first = await accepted(format, fixture(format));
    expect(first).toMatchObject({ accepted: events, duplicates: 0, irrelevant });
    expect([first.unknown.length, first.unknown_rows]).toEqual([unknown, unknown]);
    const again = await accepted(format, fixture(format));
    expect(again).toEqual({ ...first, accepted: 0, duplicates: events });
  });

  it('has rows that cannot be used; the answer names them and quotes nothing of them', async () => {
    const { unknown } = await accepted('pingid', fixture('pingid'));
    expect(unknown).toEqual([
      { row: 41, reason: 'the message is not one that is known' },
      { row: 42, reason: 'the status DREAMING is not known' },
    ]);
  });

  it('keeps the times of its rows: late ones land where they belong', async () => {
    const late = [1, 2, 3].map((n) =>
      duoRow(n, {
        txid: `late-${String(n)}`,
        user: { name: 'late' },
        isotimestamp: `2026-03-02T1${String(n)}:00:00Z`,
      }),
    );
    await accepted('duo', JSON.stringify(late));
    const view = await subject('late', '2026-03-02T16:00:00Z');
    expect(view['push_prompts_24h']).toMatchObject({ denied: 3 });
    const later = await subject('late', '2026-03-03T12:30:00Z');
    expect(later['push_prompts_24h']).toMatchObject({ denied: 1 });
  });

  it('may come newest first: prompts are recorded before the approval that followed', async () => {
    const rows = [5, 4, 3, 2, 1].map((n) =>
      duoRow(n, {
        txid: `order-${String(n)}`,
        user: { name: 'order' },
        isotimestamp: `2026-03-02T15:0${String(n)}:00Z`,
        ...(n === 5 ? { result: 'success', reason: 'user_approved' } : {}),
      }),
    );
    await accepted('duo', JSON.stringify(rows));
    const view = await subject('order', '2026-03-02T16:00:00Z');
    expect(view['push_prompts_24h']).toMatchObject({ denied: 4, approved: 1 });
  });

  it('is told of the future by a wrong clock; such a row is reported and not recorded', async () => {
    const rows = [
      duoRow(1, { txid: 'now' }),
      duoRow(2, { txid: 'soon', isotimestamp: '2026-03-02T16:02:00Z' }),
    ];
    expect(await accepted('duo', JSON.stringify(rows))).toEqual({
      accepted: 1,
      duplicates: 0,
      durable: false,
      irrelevant: 0,
      unknown: [{ row: 2, reason: 'it lies in the future; check the clocks' }],
      unknown_rows: 1,
    });
  });

  it('may hold a thousand rows at a time, and no more', async () => {
    const rows = (count: number): string =>
      JSON.stringify(
        Array.from({ length: count }, (_, n) =>
          duoRow(n, { txid: `bulk-${String(n)}`, user: { name: `b${String(n % 40)}` } }),
        ),
      );
    expect(await accepted('duo', rows(1_000))).toMatchObject({ accepted: 1_000, unknown: [] });
    const tooMany = await send('duo', rows(1_001));
    expect([tooMany.status, tooMany.body['code'], tooMany.body['detail']]).toEqual([
      413,
      'body_too_large',
      'Send at most 1000 rows at a time; this document has 1001.',
    ]);
    const tooLong = await send('duo', ' '.repeat(1024 * 1024 + 1));
    expect([tooLong.status, tooLong.body['detail']]).toEqual([
      413,
      'Send at most 1 MB at a time: fewer rows, in more documents.',
    ]);
  });

  it('lists no more than a hundred unknown rows, and counts all of them', async () => {
    const rows = Array.from({ length: 150 }, () => ({ result: 'perhaps' }));
    const { unknown, unknown_rows: all } = await accepted('duo', JSON.stringify(rows));
    expect([unknown.length, all]).toEqual([100, 150]);
  });

  it.each([
    ['prose', 'Dear engine', 400, 'malformed_json'],
    ['a number', '17', 400, 'malformed_json'],
  ])('that is %s is refused as a whole', async (_what, ...[text, status, code]) => {
    const answer = await send('okta', text);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it.each(['keycloak', '__proto__', 'constructor', 'OKTA'])(
    'of a format that is not read (%s) is refused, and the formats are named',
    async (format) => {
      const answer = await send(format, '[]');
      expect([answer.status, answer.body['detail']]).toEqual([
        404,
        'There is no such format; there are okta, auth0, duo, pingid, entra, ocsf.',
      ]);
    },
  );

  it('is not taken from somebody without a key', async () => {
    const answer = await send('okta', '[]', { authorization: 'Bearer sg_nobody' });
    expect(answer.status).toBe(401);
  });

  it('is counted by format and by what became of each row', async () => {
    const metrics = await fetch(`${engine.url}/metrics`).then((response) => response.text());
    const count = (format: string, result: string): number =>
      Number(
        new RegExp(
          `stepgate_idp_rows_total\\{format="${format}",result="${result}"\\} (\\d+)`,
        ).exec(metrics)?.[1],
      );
    // Of the fixture, sent twice; one sign-in of Entra is two events of one row.
    expect(
      ['event', 'duplicate', 'irrelevant', 'unknown'].map((one) => count('entra', one)),
    ).toEqual([10, 10, 2, 4]);
  });
});

describe('what the engine prints and measures of it', () => {
  it('names nobody, and no address', async () => {
    await send('okta', '[{"eventType":"noor@hospital.test"}]');
    const metrics = await fetch(`${engine.url}/metrics`).then((response) => response.text());
    const output = [...printed, metrics].join('\n');
    expect(output).toContain('stepgate_idp_rows_total');
    const planted = [
      'marta.keller',
      'noor@hospital.test',
      '198.51.100.66',
      'webs_night',
      'Fairphone',
    ];
    expect(planted.filter((datum) => output.includes(datum))).toEqual([]);
  });
});

describe("Okta's verification of a hook", () => {
  const verify = (value: string, format = 'okta'): Promise<Response> =>
    fetch(`${engine.url}/v1/events/${format}`, {
      headers: { 'x-okta-verification-challenge': value },
    });

  it('gives the challenge back as JSON, without a key', async () => {
    const response = await verify('Zm9vLWJhcg');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.json()).toEqual({ verification: 'Zm9vLWJhcg' });
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(257)],
    ['with a space', 'a b'],
  ])('refuses a challenge that is %s', async (_what, value) => {
    const response = await verify(value);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_header' });
  });

  it('gives back markup as what it is: text in JSON', async () => {
    const response = await verify('<script>alert(1)</script>');
    expect(await response.json()).toEqual({ verification: '<script>alert(1)</script>' });
  });

  it('is for Okta alone', async () => {
    expect((await verify('abc', 'duo')).status).toBe(404);
  });
});
