#!/bin/sh
# NOT RUN YET: written from the documentation, never tried. Whoever runs it first corrects it and takes this line out.
#
# Builds Portavoce for macOS: dist/portavoce-VERSION.dmg with Portavoce.app. From the root of a checkout:
#   packaging/macos/build.sh ["Developer ID Application: NAME (TEAM)"]
# It needs Python 3.11 or newer from python.org. Without an identity the program is signed for this machine alone.
# https://developer.apple.com/documentation/security/notarizing-macos-software-before-distribution
set -eu
cd "$(dirname "$0")/../.."
identity=${1:--}

make package
version=$(.venv/bin/python -c 'import inbox_app; print(inbox_app.__version__)')
app=build/package/Portavoce.app
codesign --force --deep --options runtime --entitlements packaging/macos/entitlements.plist --sign "$identity" "$app"
codesign --verify --deep --strict "$app"
mkdir -p dist
hdiutil create -volname Portavoce -srcfolder "$app" -ov -format UDZO "dist/portavoce-$version.dmg"
make package-test
echo "To let others open it without a warning: xcrun notarytool submit dist/portavoce-$version.dmg --wait,"
echo "then xcrun stapler staple dist/portavoce-$version.dmg."
