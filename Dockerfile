# The portal as an image: built from source with TLS to PostgreSQL, run as a user without rights on a small Debian.
#
#   docker build -t portal .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -p 127.0.0.1:8080:8080 \
#     -e PORTAL__SERVER__PUBLIC_URL=http://localhost:8080 -v portal:/var/lib/portal portal
#
# It runs with config/production.toml, which refuses what is unsafe for others than localhost; `compose.yaml` has a whole set.

FROM rust:1.95-slim-bookworm AS build
# perl and make build OpenSSL, which speaks TLS to PostgreSQL (feature postgres-tls); gcc comes with the image.
RUN apt-get update && apt-get install -y --no-install-recommends perl make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked --features postgres-tls --bin portal

FROM debian:bookworm-slim
# Certificate authorities for the mail relay.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid 10001 --home-dir /var/lib/portal --create-home portal \
    && chmod 0700 /var/lib/portal
COPY --from=build /src/target/dist/portal /usr/local/bin/portal
COPY config/production.toml /etc/portal/production.toml
# By number, so that a platform sees that it is not root.
USER 10001:10001
# The SQLite file, the master key, the mail folder and files that were handed in lie below ./var of here.
WORKDIR /var/lib/portal
VOLUME /var/lib/portal
ENV PORTAL_CONFIG=/etc/portal/production.toml
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["portal", "health", "--ready"]
ENTRYPOINT ["portal"]
CMD ["serve"]
