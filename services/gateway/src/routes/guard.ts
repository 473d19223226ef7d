import { json, Router, text, type RequestHandler } from 'express';
import { canonicalPath } from '../canonical-path.js';
import { loginContentTypes } from '../login-form.js';
import { sendProblem } from '../problems.js';
import { createCompletion } from './completion.js';
import type { GuardDeps } from './guard-deps.js';
import { createLogin } from './login.js';
import { createLoginPage, createPages } from './pages.js';

const maxBodyBytes = 16 * 1024;

/** Whatever spelling the upstream would take for its login is a login to us; the rest are pages. */
const unlessLogin =
  (loginPath: string, pages: RequestHandler): RequestHandler =>
  async (request, response, next) => {
    const path = canonicalPath(request.url);
    if (path === null) sendProblem(response, 'invalid_path', 'The path is not well-formed.');
    else if (path === loginPath) next();
    else await pages(request, response, next);
  };

const unlessPosted =
  (loginPage: RequestHandler): RequestHandler =>
  async (request, response, next) => {
    if (request.method === 'POST') {
      next();
    } else if (request.method === 'GET' || request.method === 'HEAD') {
      await loginPage(request, response, next);
    } else {
      response.setHeader('allow', 'GET, HEAD, POST');
      sendProblem(response, 'method_not_allowed', 'Use GET or POST.');
    }
  };

/** The reverse-proxy mode: guards an application's login, and all its pages by it. */
export const createGuard = (deps: GuardDeps): Router => {
  const router = Router({ caseSensitive: true, strict: true });
  router.post(
    '/stepgate/completion',
    json({ limit: maxBodyBytes, inflate: false }),
    createCompletion(deps),
  );
  router.use(unlessLogin(deps.guard.loginPath, createPages(deps)));
  router.use(unlessPosted(createLoginPage(deps)));
  router.use(
    text({ type: loginContentTypes, limit: maxBodyBytes, inflate: false }),
    createLogin(deps),
  );
  return router;
};
