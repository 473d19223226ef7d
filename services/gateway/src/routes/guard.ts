import { json, Router, text } from 'express';
import { canonicalPath } from '../canonical-path.js';
import { loginContentTypes } from '../login-form.js';
import { sendProblem } from '../problems.js';
import { createCompletion } from './completion.js';
import type { GuardDeps } from './guard-deps.js';
import { createLogin } from './login.js';
import { createLoginPage, createPages } from './pages.js';

const maxBodyBytes = 16 * 1024;

/** The reverse-proxy mode: guards an application's login, and all its pages by it. */
export const createGuard = (deps: GuardDeps): Router => {
  const router = Router({ caseSensitive: true, strict: true });
  const pages = createPages(deps);
  const loginPage = createLoginPage(deps);

  router.post(
    '/stepgate/completion',
    json({ limit: maxBodyBytes, inflate: false }),
    createCompletion(deps),
  );
  router.use((request, response, next) => {
    const path = canonicalPath(request.url);
    if (path === null) {
      sendProblem(response, 'invalid_path', 'The path is not well-formed.');
      return undefined;
    }
    // Whatever spelling the upstream would take for its login is a login to us.
    return path === deps.guard.loginPath ? next() : pages(request, response, next);
  });
  router.use((request, response, next) => {
    if (request.method === 'POST') {
      next();
      return undefined;
    }
    if (request.method === 'GET' || request.method === 'HEAD') {
      return loginPage(request, response, next);
    }
    response.setHeader('allow', 'GET, HEAD, POST');
    sendProblem(response, 'method_not_allowed', 'Use GET or POST.');
    return undefined;
  });
  router.use(
    text({ type: loginContentTypes, limit: maxBodyBytes, inflate: false }),
    createLogin(deps),
  );
  return router;
};
