"""The tuning study: settings of APP, judged on inner folds of training conditions alone."""
