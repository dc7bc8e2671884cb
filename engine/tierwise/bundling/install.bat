@echo off
rem Installs tierwise @VERSION@ from this folder, without internet.
powershell.exe -NoProfile -ExecutionPolicy Bypass -File "%~dp0install.ps1"
if errorlevel 1 echo Not installed: see the message above.
pause
