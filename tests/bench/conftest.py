import sys
from pathlib import Path

# The benchmarks are run from the root of the repository and installed nowhere.
sys.path.append(str(Path(__file__).parents[2]))
