"""From a blueprint to a frozen paper."""
