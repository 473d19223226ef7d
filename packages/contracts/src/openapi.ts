import { z } from 'zod';
import { problemCodes, problemSchema, type ProblemCode } from './problem.js';
import { routes, type Route } from './routes.js';

type Json = Record<string, unknown>;

/** Zod writes `#/$defs/X`, which in an OpenAPI document points nowhere. */
const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const converted = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const hoisted: unknown = JSON.parse(
    JSON.stringify(converted).replaceAll('#/$defs/', '#/components/schemas/'),
  );
  return z.record(z.string(), z.unknown()).parse(hoisted);
};

/** The named schemas that a schema brings along, itself included. */
const namedSchemasOf = (schema: z.ZodType, io: 'input' | 'output'): Json =>
  z.record(z.string(), z.unknown()).parse(jsonSchemaOf(schema, io)['$defs'] ?? {});

const content = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $defs: _named, $schema: _dialect, ...inline } = jsonSchemaOf(schema, io);
  return { 'application/json': { schema: inline } };
};

const schemasOf = (all: readonly Route[]): Json =>
  all.reduce<Json>(
    (schemas, { request, response }) => ({
      ...schemas,
      ...(request === null ? {} : namedSchemasOf(request, 'input')),
      ...(response.schema === null ? {} : namedSchemasOf(response.schema, 'output')),
    }),
    namedSchemasOf(problemSchema, 'output'),
  );

const problemResponses = (codes: readonly ProblemCode[]): Json => {
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    const { status } = problemCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      {
        description: names.map((name) => `\`${name}\``).join(', '),
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    ]),
  );
};

const parametersOf = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: String(match[1]),
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const headersOf = (names: readonly string[]): Json[] =>
  names.map((name) => ({ name, in: 'header', required: true, schema: { type: 'string' } }));

/** Any one of them will do. */
const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or a JWT assertion. Belongs to one tenant, has scopes.',
  },
  certificate: { type: 'mutualTLS', description: 'A client certificate of a known name.' },
  signature: {
    type: 'http',
    scheme: 'Stepgate-HMAC',
    description: 'A signed request, good for once; docs/callers.md says how.',
  },
};

const securityOf = (scope: string): Json[] =>
  Object.keys(securitySchemes).map((scheme) => ({ [scheme]: [scope] }));

const operationOf = (operationId: string, route: Route): Json => {
  const { response } = route;
  const keyed: readonly ProblemCode[] =
    route.scope === null ? [] : ['unauthenticated', 'forbidden', 'rate_limited'];
  return {
    operationId,
    summary: route.summary,
    parameters: [...parametersOf(route.path), ...headersOf(route.headers ?? [])],
    security: route.scope === null ? [] : securityOf(route.scope),
    ...(route.request === null
      ? {}
      : { requestBody: { required: true, content: content(route.request, 'input') } }),
    responses: {
      [String(response.status)]: {
        description: 'Done.',
        ...(response.schema === null ? {} : { content: content(response.schema, 'output') }),
      },
      ...problemResponses([...route.problems, ...keyed, 'overloaded']),
    },
  };
};

const operational = (summary: string): Json => ({
  get: { summary, security: [], responses: { '200': { description: 'Done.' } } },
});

const operationalPaths: Json = {
  '/healthz': operational('The process lives.'),
  '/readyz': operational('The service can decide; details by component.'),
  '/metrics': operational('Prometheus text format.'),
  '/openapi.json': operational('This document.'),
};

/** The OpenAPI 3.1 document; openapi.json in the repository is this, and CI fails on drift. */
export const openApiDocument = (): Json => {
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(operationId, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'stepgate risk engine',
      version: 'v1',
      description: 'Per login attempt: allow, step_up or deny, which authenticators, and why.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: { ...paths, ...operationalPaths },
    components: {
      securitySchemes,
      schemas: schemasOf(Object.values(routes)),
    },
  };
};
