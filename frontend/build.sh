#!/bin/sh
# Rebuilds the committed files of src/teamhope/static from the locked npm packages. Nobody who installs needs this.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund
for sheet in th app; do
  npx --no-install sass --style=compressed --no-source-map -I node_modules/@uswds/uswds/packages \
    "$sheet.scss" "../src/teamhope/static/css/$sheet.css"
done
node vendor.mjs
