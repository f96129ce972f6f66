set -eu
cd "$1"

# The default log files, in case a configuration names no others.
ln -sf /dev/stdout var/log/nginx/access.log
ln -sf /dev/stderr var/log/nginx/error.log

# A memory file system mounted over an existing folder keeps the folder's mode.
mkdir -p var/cache/nginx
chmod 1777 var/cache/nginx
