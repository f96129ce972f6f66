# Makes an image of the packages that mmdebstrap has unpacked into $1: they are not configured, so
# what their maintainer scripts would have done and the service needs is done here.
set -eu
cd "$1"

# The list of packages that vulnerability scanners read (the layout of "distroless" images).
mkdir -p var/lib/dpkg/status.d
for deb in var/cache/apt/archives/*.deb; do
  name=${deb##*/}
  dpkg-deb --field "$deb" >"var/lib/dpkg/status.d/${name%%_*}"
done

# Build leftovers and what tells about the build machine (its package mirror, its name).
find var/lib/dpkg -mindepth 1 -maxdepth 1 ! -name status.d -exec rm -r {} +
rm -rf etc/apt etc/dpkg etc/hostname etc/resolv.conf var/lib/apt var/cache/apt var/cache/debconf var/log/apt

# Nobody reads manuals or changes languages in here. The licences stay.
rm -rf usr/share/man usr/share/info usr/share/locale usr/share/lintian usr/share/bug usr/lib/*/gconv
find usr/share/doc ! -type d ! -name copyright -delete
find usr/share/doc -mindepth 1 -type d -empty -delete

# The users of the official images, so that the same container runs on either.
cat >etc/passwd <<'USERS'
root:x:0:0:root:/root:/usr/sbin/nologin
nginx:x:101:101:nginx:/var/cache/nginx:/usr/sbin/nologin
app:x:10001:10001:app:/app:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
USERS
cat >etc/group <<'GROUPS'
root:x:0:
nginx:x:101:
app:x:10001:
nogroup:x:65534:
GROUPS
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >etc/nsswitch.conf

# For health checks and for a look around; the rest of busybox stays unreachable.
for applet in cat date env grep head hostname id ls nslookup ps sh sleep tail test wc wget; do
  [ -e "usr/bin/$applet" ] || ln -s busybox "usr/bin/$applet"
done

mkdir -p dev proc sys tmp run var/tmp
chmod 1777 tmp run var/tmp
