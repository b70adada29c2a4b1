# Help texts and man pages are made from docs/commands/*.md; see src/cli.
