import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Alert } from '@stepgate/assessment';
import { createEmailSink } from '../src/sinks/email/email-sink.js';
import { systemLookup } from '../src/sinks/outbound/target-guard.js';
import type { EmailSpec } from '../src/sinks/sink-spec.js';
import { bodyOf, plainServer, startMailServer, type ServerOptions } from './mail-server.js';
import { tlsKeys } from './receiver.js';
import { alert, campaign, closed, gaveIn, never } from './samples.js';
import { emailSpec, limits } from './specs.js';

const servers: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const scene = async (options: ServerOptions = plainServer, changes: Partial<EmailSpec> = {}) => {
  const server = await startMailServer(options);
  servers.push(server);
  const spec = emailSpec({
    port: server.port,
    parts: { subject: true, context: true },
    ...changes,
  });
  const sink = createEmailSink(spec, systemLookup);
  return {
    received: server.received,
    send: (sent: Alert = alert, signal = never) => sink(sent, signal),
  };
};

describe('e-mail sink', () => {
  it('sends text and HTML that say all there is to know', async () => {
    const { received, send } = await scene();
    expect(await send()).toEqual({ kind: 'delivered' });
    const [mail] = received;
    expect(mail).toMatchObject({ from: 'alerts@acme.example', to: ['soc@acme.example'] });
    expect(mail?.headers).toMatchObject({
      from: 'stepgate <alerts@acme.example>',
      to: 'soc@acme.example',
      subject: '[stepgate] MFA push attack on alice@acme.example in acme',
      'message-id': `<${alert.id}@acme.example>`,
      'auto-submitted': 'auto-generated',
      importance: 'High',
    });
    const body = bodyOf(mail!.raw);
    for (const part of [
      'OPENED (high): 5 prompts to alice@acme.example without a yes',
      'Prompts: 5 sent, 0 approved, 3 denied, 2 ignored, 0 reported',
      '203.0.113.7 (NL, AS64500): 4',
      'Push is no longer offered to this user.',
      '1. Call the user on a number that you know',
      'Runbook: https://wiki.acme.example/stepgate#push_fatigue',
      '<strong>OPENED (high)',
      '<a href="https://wiki.acme.example/stepgate#push_fatigue">Runbook</a>',
    ]) {
      expect(body).toContain(part);
    }
  });

  it('makes one thread of an alert, whatever becomes of it', async () => {
    const { received, send } = await scene();
    for (const message of [
      alert,
      gaveIn,
      { ...closed, phase: 'updated', closedBy: null } as const,
      closed,
    ])
      await send(message);
    const fields = (name: string): Set<string | undefined> =>
      new Set(received.map(({ headers }) => headers[name]));
    expect(fields('message-id').size).toBe(3);
    expect([...fields('references')]).toEqual([`<alert-${alert.alertId}@acme.example>`]);
    expect(fields('in-reply-to')).toEqual(fields('references'));
    expect(fields('subject').size).toBe(1);
    await send(campaign);
    expect(fields('references').size).toBe(2);
  });

  it('repeats a message under the same Message-ID', async () => {
    const { received, send } = await scene();
    await send();
    await send();
    expect(received[0]?.headers['message-id']).toBe(received[1]?.headers['message-id']);
  });

  it.each([
    'bob\r\nBcc: everybody@evil.example',
    'bob\nSubject: all is well',
    'bob\r\n\r\n<html>',
    'bob\u0000\u2028\u202e',
    '=?utf-8?Q?bob=0D=0ABcc:_a@evil.example?=',
    '<img src="https://evil.example/x">',
    `${'é'.repeat(250)}\r\n.\r\nMAIL FROM:<a@evil.example>`,
  ])('lets the user id %j add no header, recipient or markup', async (id) => {
    const { received, send } = await scene();
    expect(
      await send({ ...alert, subject: { type: 'user', id }, tenant: id, devices: [id] }),
    ).toEqual({
      kind: 'delivered',
    });
    expect(received).toHaveLength(1);
    const [mail] = received;
    expect(mail?.to).toEqual(['soc@acme.example']);
    expect(Object.keys(mail?.headers ?? {}).sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'importance',
      'in-reply-to',
      'message-id',
      'mime-version',
      'references',
      'subject',
      'to',
      'x-msmail-priority',
      'x-priority',
    ]);
    const [, html = ''] = bodyOf(mail!.raw).split('Content-Type: text/html');
    expect(html).toContain('<strong>OPENED');
    expect(html).not.toMatch(/<img|<html>(?!<body>)/u);
    expect(mail?.headers['subject']).not.toContain('\n');
  });

  it('names nobody when that is not asked for', async () => {
    const { received, send } = await scene(plainServer, {
      parts: { subject: false, context: false },
    });
    await send();
    expect(bodyOf(received[0]!.raw)).not.toMatch(/alice|203\.0\.113|device-1f3a/u);
  });

  describe('over TLS', () => {
    const trusting = { ca: tlsKeys.cert } as const;

    it('encrypts from the first byte', async () => {
      const { received, send } = await scene(
        { ...tlsKeys, secure: true },
        { ...trusting, tls: 'implicit' },
      );
      expect(await send()).toEqual({ kind: 'delivered' });
      expect(received[0]?.secure).toBe(true);
    });

    it('encrypts before it says anything, by STARTTLS', async () => {
      const { received, send } = await scene({ ...tlsKeys }, { ...trusting, tls: 'starttls' });
      expect(await send()).toEqual({ kind: 'delivered' });
      expect(received[0]?.secure).toBe(true);
    });

    it('sends nothing to a server that offers no encryption', async () => {
      const { received, send } = await scene(plainServer, { ...trusting, tls: 'starttls' });
      expect(await send()).toMatchObject({ kind: 'retry' });
      expect(received).toEqual([]);
    });

    it.each(['implicit', 'starttls'] as const)(
      'sends nothing to a server that it does not know (%s)',
      async (tls) => {
        const { received, send } = await scene({ ...tlsKeys, secure: tls === 'implicit' }, { tls });
        expect(await send()).toMatchObject({ kind: 'retry' });
        expect(received).toEqual([]);
      },
    );

    const withLogin: ServerOptions = {
      ...tlsKeys,
      secure: true,
      authOptional: false,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'stepgate' && password === 'right') done(null, { user: username });
        else done(Object.assign(new Error('no'), { responseCode: 535 }));
      },
    };
    const login = (password: string): Partial<EmailSpec> => ({
      ...trusting,
      tls: 'implicit',
      login: { user: 'stepgate', password },
    });

    it('logs in', async () => {
      const { received, send } = await scene(withLogin, login('right'));
      expect(await send()).toEqual({ kind: 'delivered' });
      expect(received[0]?.user).toBe('stepgate');
    });

    it('keeps the alert when the login is refused: somebody will mend it', async () => {
      const { send } = await scene(withLogin, login('wrong'));
      expect(await send()).toEqual({ kind: 'retry', cause: 'SMTP 535', retryAfterMs: null });
    });

    it('does not send past a login that the server does not offer', async () => {
      const options = { ...tlsKeys, secure: true, disabledCommands: ['AUTH'] };
      const { received, send } = await scene(options, login('right'));
      expect(await send()).toMatchObject({ kind: 'retry' });
      expect(received).toEqual([]);
    });
  });

  const refusing = (responseCode: number, ...refused: string[]): ServerOptions => ({
    ...plainServer,
    onRcptTo: ({ address }, _session, done) => {
      if (refused.length === 0 || refused.includes(address)) {
        done(Object.assign(new Error('no'), { responseCode }));
      } else done();
    },
  });

  it.each([
    [421, { kind: 'retry', cause: 'SMTP 421', retryAfterMs: null }],
    [450, { kind: 'retry', cause: 'SMTP 450', retryAfterMs: null }],
    [452, { kind: 'retry', cause: 'SMTP 452', retryAfterMs: null }],
    [550, { kind: 'dead', cause: 'SMTP 550' }],
    [553, { kind: 'dead', cause: 'SMTP 553' }],
  ])('takes %i for the recipient as what it is', async (code, verdict) => {
    const { send } = await scene(refusing(code));
    expect(await send()).toEqual(verdict);
  });

  it.each([
    [451, 'retry'],
    [554, 'dead'],
  ])('takes %i for the content as what it is', async (code, kind) => {
    const { send } = await scene({
      ...plainServer,
      onData: (stream, _session, done) => {
        stream.resume().on('end', () => {
          done(Object.assign(new Error('no'), { responseCode: code }));
        });
      },
    });
    expect(await send()).toMatchObject({ kind, cause: `SMTP ${String(code)}` });
  });

  it('is not done while one of several recipients was turned away for now', async () => {
    const to = ['soc@acme.example', 'lead@acme.example'];
    const later = await scene(refusing(450, 'lead@acme.example'), { to });
    expect(await later.send()).toMatchObject({ kind: 'retry', cause: 'SMTP 450' });
    const forGood = await scene(refusing(550, 'lead@acme.example'), { to });
    expect(await forGood.send()).toEqual({ kind: 'delivered' });
    expect(forGood.received[0]?.to).toEqual(['soc@acme.example']);
  });

  /** A TCP server that is no mail server. */
  const listen = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push({
      stop: () =>
        new Promise((resolve) => {
          server.close(() => {
            resolve();
          });
        }),
    });
    return (server.address() as AddressInfo).port;
  };

  it.each([
    ['says nothing', () => undefined],
    [
      'drips its greeting',
      (socket: Socket) => {
        const timer = setInterval(() => socket.write('220-wait\r\n'), 20);
        socket.on('close', () => {
          clearInterval(timer);
        });
      },
    ],
    ['greets without end', (socket: Socket) => void socket.write(`220-${'x'.repeat(200_000)}`)],
  ])('waits no longer than its limit for a server that %s', async (_, onConnection) => {
    const port = await listen(onConnection);
    const sink = createEmailSink(
      emailSpec({ port, limits: { ...limits, totalMs: 400 } }),
      systemLookup,
    );
    const startedAt = Date.now();
    expect(await sink(alert, never)).toMatchObject({ kind: 'retry' });
    expect(Date.now() - startedAt).toBeLessThan(1_500);
  });

  it('ends at once when the worker stops, and when nobody is there', async () => {
    const port = await listen(() => undefined);
    const stopping = new AbortController();
    const sent = createEmailSink(emailSpec({ port }), systemLookup)(alert, stopping.signal);
    stopping.abort();
    expect(await sent).toMatchObject({ kind: 'retry' });
    const gone = createEmailSink(emailSpec({ port: 1 }), systemLookup);
    expect(await gone(alert, never)).toMatchObject({
      kind: 'retry',
      cause: 'no answer: ECONNREFUSED',
    });
  });
});
