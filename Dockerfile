# One image for all three services; the argument says which of them runs.
#
#   docker build -t stepgate:0.1.0 .
#   docker run stepgate:0.1.0 services/gateway/dist/main.js
#
# Both base images are arguments, so that a release pins them by digest without an edit:
#   --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs22-debian12:nonroot@sha256:...
#
# The npm package geoip-lite carries MaxMind data, which end up in the image under MaxMind's own
# terms (GeoLite2 EULA), not under this project's licence. Read docs/deploy.md ("Geo data") before
# you publish an image; STEPGATE_GEO_MMDB mounts a database of your own instead.
ARG BUILD_IMAGE=node:22-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs22-debian12:nonroot

# Manifests alone, so that a change of code does not install every dependency again.
FROM ${BUILD_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY services services
RUN ["find", "packages", "services", "-type", "f", "!", "-name", "package.json", "-delete"]

FROM ${BUILD_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /app ./
RUN ["npm", "ci", "--ignore-scripts"]
COPY tsconfig.base.json tsconfig.json ./
COPY packages packages
COPY services services
RUN ["npm", "run", "build"]
# Empty: a new volume takes its owner from the image.
RUN ["mkdir", "state"]
# What only a developer runs or reads, and the dependencies of the build: the next stage has its own.
RUN ["rm", "-rf", "packages/cli", "packages/testing"]
RUN ["find", "packages", "services", "-depth", "(", "-name", "node_modules", "-o", "-name", "test", "-o", "-name", "*.tsbuildinfo", "-o", "-name", "*.d.ts", "-o", "-name", "*.map", "-o", "-path", "*/src/*.ts", ")", "-exec", "rm", "-rf", "{}", "+"]

# Run-time dependencies of the three services, without install scripts: nothing downloaded may run.
FROM ${BUILD_IMAGE} AS dependencies
WORKDIR /app
ENV NODE_ENV=production
COPY --from=manifests /app ./
RUN ["npm", "ci", "--ignore-scripts", "--omit=dev", "--workspace=services/risk-engine", "--workspace=services/gateway", "--workspace=services/alert-worker"]
# The demo's Redis in JavaScript, which tests of a package the services need bring along.
RUN ["rm", "-rf", "node_modules/js-redis-server", "node_modules/lua-redis-wasm"]

FROM ${RUNTIME_IMAGE} AS runtime
LABEL org.opencontainers.image.title="stepgate" \
      org.opencontainers.image.description="Adaptive-MFA risk engine" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production STEPGATE_HOST=0.0.0.0 STEPGATE_PORT=8080
# A young generation that holds a burst of logins: fewer collections, about a twentieth less CPU.
ENV NODE_OPTIONS=--max-semi-space-size=32
# Owned by root and not writable by the user that runs it.
COPY --from=dependencies --chown=0:0 /app ./
COPY --from=build --chown=0:0 /app/packages packages
COPY --from=build --chown=0:0 /app/services services
COPY --chown=0:0 infra/policies infra/policies
COPY --chown=0:0 infra/docker/healthcheck.mjs healthcheck.mjs
COPY --from=build --chown=65532:65532 /app/state /var/lib/stepgate
USER 65532:65532
EXPOSE 8080
# Liveness alone: a container without Redis still answers (degraded) and must not be restarted.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["/nodejs/bin/node", "/app/healthcheck.mjs"]
# The runtime image's entrypoint is node.
CMD ["services/risk-engine/dist/main.js"]
