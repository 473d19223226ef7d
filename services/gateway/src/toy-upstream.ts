import express, { type Express, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { knows, proves, toyClaimSchema, type ToyAccounts } from './toy-accounts.js';

/*
 * For development and tests only: an application with a login, as small as it can be. It compares
 * plain-text passwords, has no rate limit and believes X-Auth-Subject, which is what an application
 * behind the gateway may do and any other must not.
 */

const loginSchema = z.object({ username: z.string(), password: z.string() });

const loginPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Toy application</title>
<h1>Toy application (development only)</h1>
<form method="post" action="/login">
<label>User name <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
</form></html>
`;

const login =
  (accounts: ToyAccounts): RequestHandler =>
  (request, response) => {
    const { data } = loginSchema.safeParse(request.body);
    const account = data === undefined ? undefined : accounts[data.username];
    if (
      data === undefined ||
      account === undefined ||
      !knows(accounts, data.username, data.password)
    ) {
      response.status(401).json({ message: 'The user name or the password is wrong.' });
      return;
    }
    response
      .set('X-Auth-Subject', Buffer.from(data.username, 'utf8').toString('latin1'))
      .set('X-Auth-Groups', account.groups.join(','))
      .set('X-Auth-Authenticators', Object.keys(account.authenticators).join(','))
      .cookie('toy_session', 'opaque', { httpOnly: true, sameSite: 'lax' })
      .json({ message: `Welcome, ${data.username}.` });
  };

/** What the gateway said of the visitor; an application would look a session up instead. */
const visitorOf = (request: Request): Record<string, string | undefined> => ({
  subject: request.get('x-auth-subject'),
  groups: request.get('x-auth-groups'),
  risk_decision: request.get('x-risk-decision'),
  risk_score: request.get('x-risk-score'),
  risk_level: request.get('x-risk-level'),
  decision_id: request.get('x-decision-id'),
  address: request.get('x-forwarded-for'),
});

/** Login form and login, a page that says who is here, and a verifier for authenticators. */
export const createToyUpstream = (accounts: ToyAccounts): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.get('/login', (_request, response) => {
    response.type('html').send(loginPage);
  });
  app.post('/login', express.json(), express.urlencoded({ extended: false }), login(accounts));
  app.post('/verify', express.json(), (request, response) => {
    const claim = toyClaimSchema.safeParse(request.body);
    response.status(claim.success && proves(accounts, claim.data) ? 204 : 403).end();
  });
  app.use((request, response) => {
    response.json({ path: request.path, ...visitorOf(request) });
  });
  return app;
};
