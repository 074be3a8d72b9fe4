# Two stages: the first has what building needs, the second only what running needs.
FROM python:3.13-slim AS build
RUN python -m venv /opt/teamhope
ENV PATH=/opt/teamhope/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements/run.txt requirements/
RUN pip install --no-deps --require-hashes --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN pip install --no-index --no-deps --no-build-isolation . && python -m compileall -q /opt/teamhope

FROM python:3.13-slim
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin teamhope \
    && install --directory --owner teamhope --group teamhope --mode 0700 /backups
COPY --from=build /opt/teamhope /opt/teamhope
ENV PATH=/opt/teamhope/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TEAMHOPE_BACKUP_DIR=/backups
USER 10001:10001
WORKDIR /opt/teamhope
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["teamhope"]
CMD ["serve", "--host", "0.0.0.0"]
