# NOT RUN YET: written from the documentation, never tried. Whoever runs it first corrects it and takes this line out.
#
# Builds Portavoce for Windows: dist\portavoce-VERSION-setup.exe. From the root of a checkout, in PowerShell:
#   packaging\windows\build.ps1
# It needs Python 3.11 or newer from python.org and Inno Setup 6 (iscc on the PATH).
$ErrorActionPreference = "Stop"
$PSNativeCommandUseErrorActionPreference = $true
Set-Location (Join-Path $PSScriptRoot "..\..")

python packaging\environment.py requirements-dev.txt
.venv\Scripts\python.exe packaging\bundle\build.py
$version = .venv\Scripts\python.exe -c "import inbox_app; print(inbox_app.__version__)"
iscc /Qp "/DVersion=$version" packaging\windows\portavoce.iss
.venv\Scripts\pytest.exe -m package tests\packages
