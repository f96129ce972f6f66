set -eu
cd "$1"

# A fresh volume mounted here takes over owner and mode.
mkdir prometheus
chown 65534:65534 prometheus

# Sources from which the time zone data of the web interface was made.
rm -rf usr/share/javascript/moment-timezone/data/unpacked
