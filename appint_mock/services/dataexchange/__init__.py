"""AWS Data Exchange: data sets, revisions, assets, the jobs that move them, and the grants that share them."""
