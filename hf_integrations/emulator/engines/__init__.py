"""The engines people host themselves: their own routes, headers and words."""
