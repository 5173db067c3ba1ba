"""Which files a run would change, and the change itself: every file or none."""

from burnrules.write.commit import apply
from burnrules.write.compare import Change, Changes, Foreign, changes, diff, interrupted

__all__ = ["Change", "Changes", "Foreign", "apply", "changes", "diff", "interrupted"]
