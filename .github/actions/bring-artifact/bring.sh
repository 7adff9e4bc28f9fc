#!/usr/bin/env bash
# Moves what an artifact brought into the workspace. Its files were written by code that nobody here trusts: they must not
# replace the committed examples they are measured on, nor become part of the repository's own metadata.
set -euo pipefail

refuse() { # words
  echo "::error title=Modelgate: artifact::The artifact $ARTIFACT $1. Nothing of it was used."
  exit 1
}

[ -d "$FROM" ] || refuse "is not there"
case "/$INTO/" in */../* | */.git/*) refuse "cannot be unpacked into $INTO: that leads out of the workspace" ;; esac
into=$(realpath -m -- "${GITHUB_WORKSPACE:?}/$INTO")
case "$into/" in "$(realpath -- "$GITHUB_WORKSPACE")"/*) ;; *) refuse "cannot be unpacked into $INTO: that leads out of the workspace" ;; esac

odd=$(find "$FROM" ! -type f ! -type d -print -quit)
[ -z "$odd" ] || refuse "holds a link or a device, which could lead anywhere"
[ -n "$(find "$FROM" -type f -print -quit)" ] || refuse "is empty"

while IFS= read -r -d '' file; do
  case "/$file/" in
    */.git/*) refuse "holds a file of git itself" ;;
    *$'\n'*) refuse "holds a file whose name has several lines" ;;
  esac
  # -L: a dangling link of the checkout is in the way, too
  if [ -e "$into/$file" ] || [ -L "$into/$file" ]; then
    refuse "would replace a file that is committed; upload only what the run has made. It is: ${file//[^[:alnum:]._\/-]/?}"
  fi
done < <(cd "$FROM" && find . -type f -printf '%P\0')

mkdir -p -- "$into"
cp --recursive --no-clobber --no-dereference -- "$FROM/." "$into/"
