"""Figures beside the peers, measured over loopback; `python -m benchmarks` runs them all."""
