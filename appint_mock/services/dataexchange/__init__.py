"""Implements AWS Data Exchange: data sets, revisions, assets, the jobs that move them, the grants that share them."""
