# One image: the binary with the front end inside, ONNX Runtime beside it, no shell user, one data folder.

FROM node:22-bookworm-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
RUN npm run build

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY .cargo/ .cargo/
COPY backend/ backend/
COPY cli/ cli/
COPY crates/ crates/
COPY migrations/ migrations/
COPY python/ python/
COPY tests/ tests/
COPY workers/ workers/
COPY xtask/ xtask/
COPY --from=frontend /src/frontend/dist/ frontend/dist/
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package strata --bin strata \
    && cp target/release/strata /usr/local/bin/strata

# ONNX Runtime's library comes out of its Python package; models run in pure Rust without it.
FROM python:3.13-slim-bookworm AS onnxruntime
RUN pip install --no-cache-dir --no-deps --target /wheel onnxruntime==1.31.1 \
    && cp /wheel/onnxruntime/capi/libonnxruntime.so.* /usr/local/lib/libonnxruntime.so

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin strata \
    && install --directory --owner=strata --group=strata --mode=700 /data
COPY --from=build /usr/local/bin/strata /usr/local/bin/strata
COPY --from=onnxruntime /usr/local/lib/libonnxruntime.so /usr/local/lib/libonnxruntime.so
ENV ORT_DYLIB_PATH=/usr/local/lib/libonnxruntime.so \
    STRATA_DATA_DIR=/data \
    STRATA_LISTEN=0.0.0.0:8080
USER strata
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["strata"]
CMD ["serve"]
