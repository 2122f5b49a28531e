"""Where the package's data comes from: scripts to run by hand."""
