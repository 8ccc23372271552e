# syntax=docker/dockerfile:1
# The local host: HTTP API, embedded store, demo CSMS. Settings come from the environment; outside the container's own loopback the
# host wants a key: docker run -e API_KEY=… -p 7071:7071 -v chargers:/data IMAGE
ARG NODE_VERSION=22

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci
COPY scripts ./scripts
COPY lib ./lib
COPY local ./local
COPY web ./web
RUN npm run build && npm prune --omit=dev

FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=7071 \
    DATA_DIR=/data
WORKDIR /app
# One process per data directory: a second container needs a volume of its own.
RUN mkdir /data && chown node:node /data
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/local ./dist/local
COPY --from=build /app/dist/web ./dist/web
USER node
VOLUME /data
EXPOSE 7071
# Health takes no key.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell between: SIGTERM reaches the host, which finishes what is under way.
CMD ["node", "--enable-source-maps", "dist/local/main.js"]
