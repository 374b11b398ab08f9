#!/usr/bin/env bash
# Installs the foreign peers that tests and benchmarks talk to, from Debian's packages.
#   scripts/install-peers.sh            those that the tests need
#   scripts/install-peers.sh python go  those named: python, readers, chromium, go
set -euo pipefail

declare -A PACKAGES=(
  # The module belongs to Debian's own interpreter, /usr/bin/python3: another python3 on the PATH does not see it.
  [python]='python3 python3-websockets'
  # PlantUML draws with Graphviz; Qt's interpreter of SCXML belongs to Debian's own python3.
  [readers]='plantuml graphviz python3-pyside2.qtscxml'
  [chromium]='chromium'
  [go]='golang-go golang-github-gorilla-websocket-dev'
)

peers=("$@")
[ ${#peers[@]} -gt 0 ] || peers=(python readers)

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

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
