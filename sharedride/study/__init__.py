"""Studies: many days under many policies, what each would bring, and how sure that is.

It stands after everything: days are made or read, changed by a policy, planned, checked and put into tables.
Nothing imports it.
"""

from sharedride.study.read import read_study
from sharedride.study.run import Progress, Report, run_study
from sharedride.study.spec import Policy, Study

__all__ = ["Policy", "Progress", "Report", "Study", "read_study", "run_study"]
