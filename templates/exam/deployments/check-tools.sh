#!/usr/bin/env bash
# Says what is missing on this machine, and how to get it. Installs nothing.
set -euo pipefail

missing() {
  printf '%s\n' "$@" >&2
  exit 1
}

command -v docker >/dev/null || missing \
  'Docker is not installed.' \
  '  Debian, Ubuntu: sudo apt-get install docker.io' \
  '  elsewhere:      https://docs.docker.com/engine/install/'

docker version >/dev/null 2>&1 || missing \
  'The Docker Engine does not answer this user:' \
  "  $(docker version 2>&1 >/dev/null | tail -n 1)" \
  "  Is it running (sudo systemctl start docker), and are you in its group (sudo usermod -aG docker $(id -un))?"

# The first generation of compose (1.x, of Debian 12) knows neither `up --wait` nor this file's form.
if ! version=$(docker compose version --short 2>/dev/null || docker-compose version --short 2>/dev/null); then
  version=none
fi
case ${version#v} in
  [2-9]* | [1-9][0-9]*) ;;
  *) missing \
    "Docker Compose 2 is needed; found: $version." \
    '  Debian 13:            sudo apt-get install docker-compose' \
    '  Ubuntu 24.04:         sudo apt-get install docker-compose-v2' \
    '  Debian 12 and others: the plug-in is one file, see https://docs.docker.com/compose/install/linux/#install-the-plugin-manually' ;;
esac
