"""The worker's own pages over HTTP: does it live, is it ready, what does it count."""
