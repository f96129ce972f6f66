set -eu
cd "$1"

# The name it has in the official image.
ln -s prometheus-nginx-exporter usr/bin/nginx-prometheus-exporter
