# The planner with the packages that its commands need, for `docker compose --profile services`.
FROM debian:bookworm-slim

ENV PATH=/planner/.venv/bin:$PATH LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /planner
EXPOSE 8080
CMD ["python", "-m", "report.serve", "--host", "0.0.0.0", "--page"]

COPY pyproject.toml requirements.txt ./
# What pyproject.toml asks for, in the versions of requirements.txt; the packages of the tests stay out.
RUN useradd --system --uid 999 --create-home planner \
    && apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends libexpat1 libgomp1 python3-venv \
    && rm -rf /var/cache/apt/* /var/lib/apt/lists/* \
    && python3 -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"], sep="\n")' >needed.txt \
    && python3 -m venv .venv \
    && .venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --constraint requirements.txt --requirement needed.txt \
    && rm needed.txt \
    && ln -s ../../db/command/planner .venv/bin/planner

COPY . .
RUN python -m compileall -q db desk etl model report
USER planner
