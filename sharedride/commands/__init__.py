"""The commands of the command line, one file per topic; each only calls the public functions."""
