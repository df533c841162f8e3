"""``python -m ml_analytics`` equals ``ml-analytics``."""

from .cli import main

if __name__ == "__main__":
    main()
