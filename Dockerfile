# odp-orders in an image: `docker build -t odp-order-stream .`, settings by ODP_ORDERS_… or a file mounted to
# /app/odp-orders.yaml. The command defaults to `run`.

FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY pipeline pipeline
COPY schemas schemas
COPY connectors connectors
COPY commands commands
COPY dev dev
RUN node dev/setup.mjs --build && npm prune --omit=dev --no-audit --no-fund

FROM node:22-slim
# Passes signals on and reaps what is left: Node as process 1 does neither.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/schemas schemas
# Where lanes remember their orders: a volume, or each start reads all of the changelog.
RUN mkdir -m 0700 /state && chown node:node /state
ENV ODP_ORDERS_STATE_DIR=/state
# As the first line of dist/commands/main.js has it: what glibc maps by itself, it gives back at once.
ENV MALLOC_MMAP_THRESHOLD_=131072
VOLUME /state
USER node
# Can it reach the brokers and its topics with these settings?
HEALTHCHECK --interval=60s --timeout=20s --start-period=30s CMD ["node", "dist/commands/main.js", "lag", "--json"]
ENTRYPOINT ["tini", "--", "node", "--max-semi-space-size=32", "--no-allocation-site-pretenuring", "dist/commands/main.js"]
CMD ["run"]
