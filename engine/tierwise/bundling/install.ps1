# Installs tierwise @VERSION@ from this folder, without internet, into an environment of its own.
$ErrorActionPreference = "Stop"
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$place = if ($env:TIERWISE_HOME) { $env:TIERWISE_HOME } else { Join-Path $env:LOCALAPPDATA "tierwise" }
$environment = Join-Path $place "environment"

function Test-Step([string] $what) {
    if ($LASTEXITCODE -ne 0) {
        Write-Host "$what failed / 失败：$what"
        exit 1
    }
}

foreach ($line in Get-Content -Encoding UTF8 (Join-Path $here "SHA256SUMS")) {
    $sum, $name = $line -split "  ", 2
    $found = (Get-FileHash -Algorithm SHA256 -LiteralPath (Join-Path $here $name)).Hash
    if ($found -ne $sum) {
        Write-Host "$name is damaged; copy the folder again / 文件损坏，请重新复制：$name"
        exit 1
    }
}

$launcher = Get-Command "py.exe" -ErrorAction SilentlyContinue
if ($launcher) {
    $python = & py.exe "-@PYTHON@" -c "import sys; print(sys.executable)" 2>$null
} else {
    $python = & python.exe -c "import sys; print(sys.executable if '%d.%d' % sys.version_info[:2] == '@PYTHON@' else '')" 2>$null
}
if (-not $python) {
    Write-Host "Python @PYTHON@ (64 bit) is needed and was not found / 未找到 Python @PYTHON@（64 位），请先安装"
    exit 1
}

& $python -m venv --clear $environment
Test-Step "venv"
$own = Join-Path $environment "Scripts\python.exe"
& $own -m pip install --quiet --no-index --find-links (Join-Path $here "wheels") "@REQUIREMENT@"
Test-Step "pip"
$tierwise = Join-Path $environment "Scripts\tierwise.exe"
& $tierwise --version
Test-Step "tierwise"
& $tierwise warm
Test-Step "warm"
& $tierwise addin install
if ($LASTEXITCODE -ne 0) {
    Write-Host "The add-in was not installed (see above); the command works / 加载项未安装（见上），命令可用"
}
Write-Host "Installed / 安装完成: $tierwise"
