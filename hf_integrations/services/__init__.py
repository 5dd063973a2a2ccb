"""What a client offers, each a flow: the words of the caller in, a typed answer out."""
