# The portal as an image: built from source with TLS to PostgreSQL, with the three libraries that it needs, run as a user without
# rights; for the processor it is built on (`docker buildx build --platform` for others).
#
#   docker build -t portal .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges -p 127.0.0.1:8080:8080 \
#     -e PORTAL__SERVER__PUBLIC_URL=http://localhost:8080 -v portal:/var/lib/portal portal
#
# It runs with config/production.toml, which refuses what is unsafe for others than localhost; `compose.yaml` has a whole set.

FROM rust:1.95-slim-bookworm AS build
# perl and make build OpenSSL, which speaks TLS to PostgreSQL (feature postgres-tls); gcc comes with the image.
RUN apt-get update && apt-get install -y --no-install-recommends perl make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --profile dist --locked --features postgres-tls --bin portal

# What the binary needs of a system, and nothing else: three libraries and their loader, the certificate authorities for relay and
# bucket, a folder. No shell and no package; names of hosts are resolved by libc itself.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && mkdir -p /image/etc/ssl/certs /image/usr/local/bin /image/etc/portal /image/var/lib/portal /image/tmp \
    && ldd target/dist/portal | grep -o '/lib[^ ]*' | xargs -I{} cp --parents --dereference {} /image \
    && cp target/dist/portal /image/usr/local/bin/ \
    && cp config/production.toml /image/etc/portal/ \
    && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
    && echo 'portal:x:10001:10001::/var/lib/portal:/nonexistent' >/image/etc/passwd \
    && echo 'portal:x:10001:' >/image/etc/group \
    && echo 'hosts: files dns' >/image/etc/nsswitch.conf \
    && chown 10001:10001 /image/var/lib/portal && chmod 0700 /image/var/lib/portal && chmod 1777 /image/tmp

FROM scratch
COPY --from=build /image /
# By number, so that a platform sees that it is not root.
USER 10001:10001
# The SQLite file, the master key, the mail folder and files that were handed in lie below ./var of here.
WORKDIR /var/lib/portal
VOLUME /var/lib/portal
# Workbooks are written to temporary files: in the one volume, so that nothing else need be writable.
ENV PATH=/usr/local/bin PORTAL_CONFIG=/etc/portal/production.toml TMPDIR=/var/lib/portal
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["portal", "health", "--ready"]
ENTRYPOINT ["portal"]
CMD ["serve"]
