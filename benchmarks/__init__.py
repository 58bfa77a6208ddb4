"""What must be fast, measured: `python -m benchmarks`. Figures in docs/benchmarks.md."""
