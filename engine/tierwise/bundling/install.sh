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
(cd "$here" && sha256sum --check --quiet SHA256SUMS)
"$python" -m venv --clear "$home/environment"
"$home/environment/bin/python" -m pip install --quiet --no-index --find-links "$here/wheels" "@REQUIREMENT@"
"$home/environment/bin/tierwise" --version
"$home/environment/bin/tierwise" warm
if command -v soffice >/dev/null 2>&1; then
    "$home/environment/bin/tierwise" addin install --libreoffice ||
        echo "The add-in was not installed (see above); the command works / 加载项未安装（见上），命令可用" >&2
fi
echo "Installed / 安装完成: $home/environment/bin/tierwise"
