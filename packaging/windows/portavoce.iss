; NOT RUN YET: written from the documentation, never compiled. See build.ps1.
; https://jrsoftware.org/ishelp/
[Setup]
AppId=app.portavoce.Portavoce
AppName=Portavoce
AppVersion={#Version}
DefaultDirName={autopf}\Portavoce
DefaultGroupName=Portavoce
DisableProgramGroupPage=yes
LicenseFile=..\..\LICENSE
OutputBaseFilename=portavoce-{#Version}-setup
OutputDir=..\..\dist
PrivilegesRequired=lowest
SetupIconFile=..\..\build\icons\portavoce.ico
UninstallDisplayIcon={app}\portavoce-window.exe

[InstallDelete]
; Nothing of an older version may be loaded by this one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\build\package\portavoce\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Portavoce"; Filename: "{app}\portavoce-window.exe"; AppUserModelID: "app.portavoce.Portavoce"
