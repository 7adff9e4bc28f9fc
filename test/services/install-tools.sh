#!/usr/bin/env bash
# Installs the pinned workflow runner, linters, registries, signing services and Trino, each into ${XDG_CACHE_HOME:-$HOME/.cache}/modelgate/<tool>-<version>.
# Idempotent, and safe to start twice at once: the second waits for the first. Needs go >= 1.26, python3 with venv
# and, for Trino, mvn; what runs it looks for a JDK that is new enough by itself.
#
#   install-tools.sh                 install all
#   install-tools.sh act zizmor      install these
#   install-tools.sh --path act      print where the program is; fails when it is not installed
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/modelgate
tools=(act actionlint zizmor check-jsonschema versitygw httpfs mlflow3 mlflow2 moto cosign authorities rekor trino)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sigstore=$here/signing/sigstore # one Go module: cosign and the services share most of what they are compiled from

version() {
  case $1 in
    act) echo 0.2.89 ;;
    actionlint) echo 1.7.12 ;;
    zizmor) echo 1.32.0 ;;
    check-jsonschema) echo 0.39.0 ;;
    versitygw) echo 1.8.0 ;;
    # every package of it is pinned, so a change of any makes another folder
    mlflow3 | mlflow2 | moto | httpfs) sha256sum "$(requirements "$1")" | cut -c1-12 ;;
    cosign | rekor) sha256sum <(cat "$sigstore"/go.{mod,sum}) | cut -c1-12 ;;
    trino) echo 476 ;; # the newest one that the registry serves as an archive
    authorities) sha256sum <(cat "$sigstore"/go.{mod,sum} "$sigstore"/*.go) | cut -c1-12 ;;
    *) echo "install-tools.sh knows ${tools[*]}, not \"$1\"." >&2; return 2 ;;
  esac
}

requirements() { case $1 in moto) echo "$here/signing/moto.txt" ;; *) echo "$here/registries/$1.txt" ;; esac; }

folder() { local v; v=$(version "$1"); echo "$cache/$1-$v"; }

go_install() { # tool, module: compiled from source, checked by Go's checksum database
  GOBIN="$(folder "$1")/bin" GOFLAGS=-buildvcs=false go install -ldflags '-s -w' "$2@v$(version "$1")"
}

pip_install() { # tool: in a virtual environment of its own
  python3 -m venv "$(folder "$1")"
  "$(folder "$1")/bin/pip" install --quiet --disable-pip-version-check "$1==$(version "$1")"
}

pip_install_pinned() { # tool: exactly the packages of its list, and none that they ask for besides; compiled when first loaded
  python3 -m venv "$(folder "$1")"
  "$(folder "$1")/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-compile -r "$(requirements "$1")"
}

# The file of the embedded engine's makers, signed by them; the engine checks that when it loads it.
wheel_file() { # tool, its file
  python3 -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes \
    --target "$(folder "$1")/wheel" -r "$(requirements "$1")"
  mkdir "$(folder "$1")/bin"
  find "$(folder "$1")/wheel" -name "$2" -exec ln -s {} "$(folder "$1")/bin/$2" \;
}

go_build_pinned() { # tool, package: with exactly the modules of the list
  (
    cd "$sigstore"
    CGO_ENABLED=0 GOFLAGS='-buildvcs=false -mod=readonly' go build -trimpath -ldflags '-s -w' -o "$(folder "$1")/bin/$1" "$2"
  )
}

# What the public Fulcio takes from a GitHub token, as its own source has it.
fulcio_issuers() {
  cp "$(cd "$sigstore" && go list -mod=readonly -m -f '{{.Dir}}' github.com/sigstore/fulcio)/config/identity/config.yaml" \
    "$(folder authorities)/fulcio-issuers.yaml"
}

# The server of 800 MB. Its archive and Maven's own copy go again, and so do the plugins that no suite uses: each would be
# loaded at every start.
trino_install() {
  local target archive plugin
  target=$(folder trino)
  archive=trino-server-$(version trino).tar.gz
  command -v mvn >/dev/null || { echo "Trino is fetched by Maven, and there is no mvn on PATH." >&2; return 1; }
  mvn --batch-mode --quiet org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
    -Dartifact="io.trino:trino-server:$(version trino):tar.gz" \
    -DoutputDirectory="$target/archive" -Dmaven.repo.local="$target/repository"
  rm -rf "$target/repository"
  echo "cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f  $target/archive/$archive" | sha256sum --check --quiet
  tar -xzf "$target/archive/$archive" -C "$target" --strip-components=1
  rm -rf "$target/archive"
  for plugin in "$target"/plugin/*; do
    case ${plugin##*/} in hive | memory | tpch) ;; *) rm -rf "$plugin" ;; esac
  done
}

program() { case $1 in trino) echo launcher ;; httpfs) echo httpfs.duckdb_extension ;; mlflow?) echo mlflow ;; moto) echo python3 ;; *) echo "$1" ;; esac; }

build() {
  case $1 in
    act) go_install act github.com/nektos/act ;;
    actionlint) go_install actionlint github.com/rhysd/actionlint/cmd/actionlint ;;
    versitygw) go_install versitygw github.com/versity/versitygw/cmd/versitygw ;;
    mlflow3 | mlflow2 | moto) pip_install_pinned "$1" ;;
    trino) trino_install ;;
    httpfs) wheel_file httpfs httpfs.duckdb_extension ;;
    cosign) go_build_pinned cosign github.com/sigstore/cosign/v3/cmd/cosign ;;
    rekor) go_build_pinned rekor github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix ;;
    authorities)
      go_build_pinned authorities .
      fulcio_issuers
      ;;
    zizmor | check-jsonschema) pip_install "$1" ;;
  esac
}

# The marker is written last, so that an install that was cut off is done again from the start.
install() {
  local target started
  target=$(folder "$1")
  mkdir -p "$cache"
  (
    flock 9
    [ -e "$target/.complete" ] && exit 0
    started=$SECONDS
    rm -rf "$target"
    mkdir -p "$target"
    build "$1"
    touch "$target/.complete"
    echo "installed $1 $(version "$1") in $((SECONDS - started)) s"
  ) 9>"$cache/.$1.lock"
}

if [ "${1:-}" = --path ]; then
  target=$(folder "${2:?usage: install-tools.sh --path <tool>}")
  [ -e "$target/.complete" ] || { echo "$2 $(version "$2") is not installed. Run: bash test/services/install-tools.sh $2" >&2; exit 1; }
  echo "$target/bin/$(program "$2")"
  exit 0
fi

[ $# -gt 0 ] || set -- "${tools[@]}"
for tool in "$@"; do version "$tool" >/dev/null; done
for tool in "$@"; do install "$tool"; done
