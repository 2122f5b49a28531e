"""Report: the plan document and the summary a person reads."""
