"""Release gates: how a controller judges a canary, and what makes a gate pass wrongly."""
