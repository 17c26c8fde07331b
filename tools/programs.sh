#!/usr/bin/env bash
# Chromium, a CJK font and LibreOffice for the tests: installed by apt where that is allowed, else told.
set -euo pipefail
need=()
command -v chromium >/dev/null || need+=(chromium)
fc-list :lang=zh-cn 2>/dev/null | grep -q . || need+=(fonts-noto-cjk)
command -v soffice >/dev/null || need+=(libreoffice-writer-nogui libreoffice-calc-nogui)
[ ${#need[@]} -eq 0 ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  run=()
elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
  run=(sudo -n)
else
  echo "测试需要 ${need[*]}，请运行：sudo apt-get install ${need[*]}" >&2
  [ "${CI:-}" = true ] && exit 1
  exit 0
fi
echo "安装 ${need[*]} …"
"${run[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq --no-install-recommends "${need[@]}" fontconfig >/dev/null
