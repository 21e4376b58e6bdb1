# The server: API, pages and workers, with headless OpenCV.
#   docker build -t formcheck .
#   docker run --init -p 127.0.0.1:8000:8000 -e FORMCHECK_ALLOW_OPEN=true -v formcheck:/data formcheck
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/formcheck
ENV PATH=/opt/formcheck/bin:$PATH
WORKDIR /src
COPY requirements-dev.lock pyproject.toml README.md LICENSE NOTICE ./
COPY formcheck formcheck
COPY api api
# The lock holds the versions; only what the server's extras need is installed of it.
RUN sed -E '/^[[:space:]]*--hash/d; s/[[:space:]]*\\$//' requirements-dev.lock > constraints.txt \
    && pip install --constraint constraints.txt '.[api,postgres,s3,tables,c3d]' \
    # One distribution may provide cv2: the headless one, at the same version, needs no window system.
    && version=$(pip show opencv-contrib-python | sed -n 's/^Version: //p') \
    && pip uninstall --yes opencv-contrib-python \
    && pip install --no-deps "opencv-contrib-python-headless==$version"
ENV FORMCHECK_MODEL_DIR=/opt/formcheck/models
RUN formcheck models --fetch

FROM python:3.11-slim-bookworm
# MediaPipe's own libraries still ask for these.
RUN apt-get update --quiet=2 \
    && apt-get install --quiet=2 --no-install-recommends libegl1 libgl1 libgles2 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin formcheck
COPY --from=build /opt/formcheck /opt/formcheck
ENV PATH=/opt/formcheck/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FORMCHECK_MODEL_DIR=/opt/formcheck/models \
    FORMCHECK_DATA_DIR=/data \
    FORMCHECK_HOST=0.0.0.0
USER formcheck
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["formcheck", "serve"]
