"""The day: what the dispatcher has, validated."""
