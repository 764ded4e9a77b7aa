#!/bin/sh
# What the tests need besides npm's packages: ffprobe and ffmpeg as judges of clips, Chromium as a real browser with fonts
# for the page's languages. Installs what is missing where it may, and says what to install where it may not.
set -eu
missing=''
command -v ffprobe >/dev/null || missing="$missing ffmpeg"
command -v chromium >/dev/null || missing="$missing chromium fonts-noto-cjk"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "npm test: expected the programs of the packages$missing, found none; install them first" >&2
  exit 1
fi
