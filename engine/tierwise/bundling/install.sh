#!/bin/sh
# Installs tierwise @VERSION@ from this folder, without internet, into an environment of its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
home=${TIERWISE_HOME:-"$HOME/.local/share/tierwise"}
python=$(command -v "python@PYTHON@" || true)
if [ -z "$python" ]; then
    echo "Python @PYTHON@ is needed and was not found / 未找到 Python @PYTHON@，请先安装" >&2
    exit 1
fi
sums=$(command -v sha256sum || echo "shasum -a 256") # macOS has the latter
if ! checked=$(cd "$here" && $sums --check SHA256SUMS 2>/dev/null); then
    damaged=$(printf '%s\n' "$checked" | sed -n 's/: FAILED.*//p')
    for name in ${damaged:-SHA256SUMS}; do
        echo "$name is damaged; copy the folder again / 文件损坏，请重新复制：$name" >&2
    done
    exit 1
fi
"$python" -m venv --clear "$home/environment"
"$home/environment/bin/python" -m pip install --quiet --no-index --find-links "$here/wheels" "@REQUIREMENT@"
"$home/environment/bin/tierwise" --version
"$home/environment/bin/tierwise" warm
if command -v soffice >/dev/null 2>&1; then
    "$home/environment/bin/tierwise" addin install --libreoffice ||
        echo "The add-in was not installed (see above); the command works / 加载项未安装（见上），命令可用" >&2
fi
echo "Installed / 安装完成: $home/environment/bin/tierwise"
