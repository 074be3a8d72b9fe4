"""docker-compose.yml closes what can be closed, and gives each process only the secrets it needs."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name in SERVICES if name != "db"]
KNOWN_TO_BOTH_GENERATIONS = {"services", "networks", "volumes", "secrets"}
UNKNOWN_TO_THE_OLDER = {"name", "start_interval", "required"}  # docker-compose 1.29 refuses them


def keys_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(keys_of(inner) for inner in value.values()))
    return set().union(*(keys_of(inner) for inner in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("name", OURS)
def test_a_process_of_ours_can_change_nothing_but_its_volume(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in {"", "0", "root"}


@pytest.mark.parametrize("name", ["web", "worker"])
def test_who_serves_people_never_sees_the_owner(name: str) -> None:
    assert not [secret for secret in SERVICES[name]["secrets"] if "owner" in secret or "superuser" in secret]
    assert not [key for key in SERVICES[name]["environment"] if "OWNER" in key]
    assert SERVICES[name]["stop_grace_period"] == "40s"
    assert SERVICES[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_backups_and_the_purge_are_made_every_night_by_the_owner_and_reach_no_other_network() -> None:
    service = SERVICES["backup"]
    assert service["command"] == ["backup", "--nightly"]
    assert service["restart"] == "unless-stopped"
    assert "profiles" not in service
    assert service["networks"] == ["inside"]
    assert service["volumes"] == SERVICES["migrate"]["volumes"] == ["backups:/backups"]
    assert (
        service["environment"]["TEAMHOPE_REPORT_TIMEZONE"] == SERVICES["web"]["environment"]["TEAMHOPE_REPORT_TIMEZONE"]
    )


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for key in service["environment"]:
            assert key.endswith("_FILE") or not any(word in key for word in ("URL_", "KEY", "TOKEN", "PASSWORD")), key
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


def test_the_database_is_reached_from_inside_only() -> None:
    assert "ports" not in SERVICES["db"]
    assert SERVICES["db"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])


def test_both_generations_know_every_key() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} == KNOWN_TO_BOTH_GENERATIONS
    assert not keys_of(SERVICES) & UNKNOWN_TO_THE_OLDER


def test_make_secrets_makes_what_the_file_names_and_keeps_what_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "docker"
    folder.mkdir()
    shutil.copy(ROOT / "docker/make-secrets", folder)
    subprocess.run([folder / "make-secrets"], check=True, capture_output=True)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert made["app_password"].strip() in made["database_url"]
    subprocess.run([folder / "make-secrets"], check=True, capture_output=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="docker-compose is not installed")
def test_docker_compose_reads_it(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    command = ["docker-compose", "config", "--quiet"]
    read = subprocess.run(command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
