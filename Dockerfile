# The connection doctor for PostgreSQL, without root and without a shell's worth of extras.
#   docker build -t pgmedic .
#   docker run --rm -e DATABASE_URL pgmedic test
FROM node:22-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-slim
ENV NODE_ENV=production
COPY --from=build /build/package.json /app/package.json
COPY --from=build /build/bin /app/bin
COPY --from=build /build/dist /app/dist
COPY --from=build /build/docs /app/docs
COPY --from=build /build/schema /app/schema
COPY --from=build /build/node_modules /app/node_modules
# The user `node` of the image; a number, so that Kubernetes can see that it is not root.
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["node", "/app/bin/pgmedic.js"]
CMD ["--help"]
