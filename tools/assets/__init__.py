"""Builds static/vendor/ from the npm lock: style sheet, scripts, fonts, icon sprite, licences and a manifest."""
