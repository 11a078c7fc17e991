# The front-end packages, as the lock file has them.
FROM node:20-bookworm-slim AS front-end
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY Makefile package.json package-lock.json ./
RUN make directory/static/vendor/.copied

# The application.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-extra \
        libharfbuzz-subset0 \
        libpango-1.0-0 \
        libpangoft2-1.0-0 \
        libsqlite3-mod-spatialite \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY gunicorn.conf.py wsgi.py ./
COPY directory directory
COPY routing routing
COPY maps maps
COPY seeds seeds
COPY migrations migrations
COPY --from=front-end /build/directory/static/vendor directory/static/vendor
RUN --mount=type=bind,from=front-end,source=/build/node_modules,target=/app/node_modules \
    python -m directory.icons
RUN pybabel compile -d directory/translations \
    && useradd --system --create-home passerelle \
    && install -d -o passerelle var
USER passerelle
ENV FLASK_APP=wsgi PASSERELLE_ENVIRONMENT=production PYTHONUNBUFFERED=1
EXPOSE 8000
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-tmp-dir", "/dev/shm", "wsgi:create_app()"]
