"""The trials, a file for each group of estimators; `registry` joins them."""
