import {
  allowFor,
  attackersSignings,
  brokenSignatures,
  enginesSignings,
  objectOf,
  signatureFor,
  type EngineKey,
} from './forged-signatures.js';
import { reply, type Attacker } from './hostile-engine.js';

export interface Forgery {
  readonly name: string;
  readonly attacker: Attacker;
  /** Whether it is a false answer, and not an outage that an attacker could as well cause. */
  readonly isForged: boolean;
}

const text = (buffer: Buffer): string => buffer.toString('utf8');

/** What has been said turned into an allow. */
const turned = (body: Buffer): string =>
  JSON.stringify({ ...objectOf(body), decision: 'allow', step_up: null });

const tampering: Readonly<Record<string, Attacker>> = {
  'an allow without a signature': (asked) => {
    reply(asked.response, { body: allowFor(asked) });
  },
  'a genuine answer, turned into an allow': async ({ genuine, response }) => {
    const { body, signature } = await genuine();
    reply(response, { body: `${turned(body)} `, signature });
  },
  'a genuine answer, its signature stripped': async ({ genuine, response }) => {
    const { body } = await genuine();
    reply(response, { body: turned(body) });
  },
  'a genuine answer with a space at its end': async ({ genuine, response }) => {
    const { body, signature } = await genuine();
    reply(response, { body: `${text(body)} `, signature });
  },
  'an empty 200': ({ response }) => {
    reply(response, { body: '' });
  },
  'an old allow, as it was': ({ recorded, response }) => {
    const { body, signature } = recorded();
    reply(response, { body, signature });
  },
  'an old allow for this attempt': (asked) => {
    const { body, signature } = asked.recorded();
    const { attempt_id, decision_id } = objectOf(allowFor(asked));
    reply(asked.response, {
      body: JSON.stringify({ ...objectOf(body), attempt_id, decision_id }),
      signature,
    });
  },
  'an allow under the signature of what the engine said': async (asked) => {
    const { signature } = await asked.genuine();
    reply(asked.response, { body: allowFor(asked), signature });
  },
};

const signed = (engine: EngineKey): Readonly<Record<string, Attacker>> => ({
  ...Object.fromEntries(
    [
      ...Object.entries(attackersSignings).map(([name, how]) => [name, how(engine)] as const),
      ...Object.entries(enginesSignings),
    ].map(([name, how]): [string, Attacker] => [
      `an allow under ${name}`,
      (asked) => {
        const answer = allowFor(asked);
        const signature = signatureFor(engine, { body: asked.body, answer }, how);
        reply(asked.response, { body: answer, signature });
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(brokenSignatures).map(([name, breakIt]): [string, Attacker] => [
      `an allow under ${name}`,
      (asked) => {
        const answer = allowFor(asked);
        const whole = signatureFor(engine, { body: asked.body, answer });
        reply(asked.response, { body: answer, signature: breakIt(engine, whole) });
      },
    ]),
  ),
});

/** An attacker can always keep the engine silent: that must open nothing either. */
const outages: Readonly<Record<string, Attacker>> = {
  'garbage that is no JSON': ({ response }) => {
    reply(response, { body: 'allow' });
  },
  'a 503': ({ response }) => {
    reply(response, { status: 503, body: '{}' });
  },
  'a genuine answer under status 201': async ({ genuine, response }) => {
    reply(response, { ...(await genuine()), status: 201 });
  },
  'an allow under status 500': (asked) => {
    reply(asked.response, { status: 500, body: allowFor(asked) });
  },
  'a redirect': ({ response }) => {
    response.writeHead(302, { location: '/v1/decisions' }).end();
  },
  'half an answer': (asked) => {
    const body = allowFor(asked);
    asked.response.writeHead(200, { 'content-length': String(body.length) });
    asked.response.write(body.slice(0, body.length / 2), () => asked.response.destroy());
  },
  'a reset': ({ response }) => {
    response.destroy();
  },
  'a black hole': () => undefined,
};

const entriesOf = (attackers: Readonly<Record<string, Attacker>>, isForged: boolean): Forgery[] =>
  Object.entries(attackers).map(([name, attacker]) => ({ name, attacker, isForged }));

/**
 * What something on the engine's address may answer: made up, recorded, altered, signed by someone
 * else or by the engine at another time, or nothing. To none of it may a door open.
 */
export const forgedAnswers = (engine: EngineKey): readonly Forgery[] => [
  ...entriesOf(tampering, true),
  ...entriesOf(signed(engine), true),
  ...entriesOf(outages, false),
];
