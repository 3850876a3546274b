"""Other libraries beside us. Each module here is imported only where its library is loaded already."""
