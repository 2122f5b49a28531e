"""Planning: which rides to drive, on which vehicles and when, and how good that is at most."""
