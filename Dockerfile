# The service on CPU. PyTorch's CPU build lives in an index of its own, which its install page
# names: docker build --build-arg TORCH_INDEX_URL=<that address> -t newsroom-assistant .
FROM python:3.11-slim-bookworm AS build
ARG TORCH_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE NOTICE ./
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN if [ -z "${TORCH_INDEX_URL}" ]; then \
      echo "pass --build-arg TORCH_INDEX_URL=<the index of PyTorch's CPU build>" >&2; exit 2; \
    fi \
 && python3 -m venv .venv \
 && .venv/bin/pip install --quiet --constraint requirements.lock --index-url "${TORCH_INDEX_URL}" torch \
 && .venv/bin/pip install --quiet --no-deps --requirement requirements.lock
COPY assistant assistant
RUN .venv/bin/pip install --quiet --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home assistant \
 && install --directory --owner assistant /data
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ASSISTANT_HOME=/data \
    ASSISTANT_HOST=0.0.0.0
USER 10001
WORKDIR /home/assistant
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["assistant"]
CMD ["serve"]
