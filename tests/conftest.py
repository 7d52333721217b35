"""Settings that have to stand before numpy is imported: one thread, and no chapter records its results."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("APPENDIX_RECORD", None)
os.environ.pop("JPY_SESSION_NAME", None)     # nobody sits before these kernels
