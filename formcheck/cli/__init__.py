"""The ``formcheck`` command: one file per subcommand, no analysis."""
