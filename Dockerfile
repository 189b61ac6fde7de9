# The Edgepix server as an image without a shell and without root.
#
#   docker build --tag edgepix .
#   docker run --rm --publish 3000:3000 edgepix
#
# Settings are variables: --env EDGEPIX_ORIGIN=https://images.example.com/, or --volume ./photos:/photos:ro with
# --env EDGEPIX_ORIGIN=/photos.

FROM rust:1.95.0-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package edgepix

FROM gcr.io/distroless/cc-debian12:nonroot
COPY LICENSE-MIT LICENSE-APACHE /licenses/
COPY --from=build /src/target/release/edgepix /usr/local/bin/edgepix
# On all addresses of the container.
ENV PORT=3000
EXPOSE 3000
# It ends within EDGEPIX_DRAIN, which is 8 seconds; Docker waits for 10.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s CMD ["/usr/local/bin/edgepix", "health"]
ENTRYPOINT ["/usr/local/bin/edgepix"]
