set -eu
cd "$1"

# Package management and type declarations have no place in an image that runs one bundled file.
rm -rf usr/share/nodejs/corepack usr/share/nodejs/@types
