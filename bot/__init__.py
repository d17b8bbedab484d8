"""Hears and speaks: the domain and its examples, the components that understand, the channels, the page."""
import os

# Read when numpy is loaded. The products here are small: a second thread costs more than it saves.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
