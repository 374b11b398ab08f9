#!/usr/bin/env bash
# Installs the foreign peers that tests and benchmarks talk to, from Debian's packages.
#   scripts/install-peers.sh            those that `npm test` needs
#   scripts/install-peers.sh python go  those named: python, readers, chromium, go, proxies, nats, redis, systemd
#   scripts/install-peers.sh --check python go  installs nothing; lists the packages that are missing, with status 1
set -euo pipefail

declare -A PACKAGES=(
  # The modules belong to Debian's own interpreter, /usr/bin/python3: another python3 on the PATH does not see them.
  [python]='python3 python3-websockets python3-autobahn'
  # PlantUML draws with Graphviz; Qt's interpreter of SCXML belongs to Debian's own python3.
  [readers]='plantuml graphviz python3-pyside2.qtscxml'
  [chromium]='chromium'
  [go]='golang-go golang-github-gorilla-websocket-dev golang-nhooyr-websocket-dev'
  [proxies]='nginx-light haproxy tinyproxy microsocks'
  [nats]='nats-server'
  [redis]='redis-server'
  # Its tools only: no systemd is started. Python has the datagram sockets that Node.js has not.
  [systemd]='systemd python3'
)
readonly POLICY=/usr/sbin/policy-rc.d

only_check=no
[ "${1:-}" != --check ] || { only_check=yes; shift; }
peers=("$@")
[ ${#peers[@]} -gt 0 ] || peers=(readers)

wanted=()
for peer in "${peers[@]}"; do
  [ -n "${PACKAGES[$peer]:-}" ] || { echo "There is no peer $peer; there are: ${!PACKAGES[*]}" >&2; exit 1; }
  read -ra packages <<<"${PACKAGES[$peer]}"
  wanted+=("${packages[@]}")
done

missing=()
for package in "${wanted[@]}"; do
  [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)" = 'install ok installed' ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || { echo "Installed already: ${wanted[*]}"; exit 0; }
[ "$only_check" = no ] || { echo "Not installed: ${missing[*]}"; exit 1; }

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
# Debian starts a server when it installs one. The tests start their own, so that port 80 stays free.
if [ ! -e "$POLICY" ]; then
  trap '"${as_root[@]}" rm -f "$POLICY"' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$POLICY" >/dev/null
  "${as_root[@]}" chmod +x "$POLICY"
fi
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
